import type { ByteStream } from '../stream.ts'

/** The same stream: what it carries is told, each way, before it goes on. */
export function heard(stream: ByteStream, tell: (side: 'own' | 'peer', bytes: Uint8Array) => void): ByteStream {
  return {
    address: stream.address,
    ...(stream.holdsInput !== undefined && { holdsInput: stream.holdsInput }),
    ...(stream.admitsStrangers !== undefined && { admitsStrangers: stream.admitsStrangers }),
    ...(stream.setBaud && { setBaud: (baud: number) => stream.setBaud!(baud) }),
    start: (events) =>
      stream.start({
        ...events,
        data(bytes) {
          tell('peer', bytes)
          events.data(bytes)
        },
      }),
    write(bytes) {
      tell('own', bytes)
      stream.write(bytes)
    },
    backlog: () => stream.backlog(),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    close: () => stream.close(),
  }
}
