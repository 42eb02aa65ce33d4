import type { ByteStream, ByteStreamEvents } from '../stream.ts'

/** Starts a stream and keeps what it reports: `presence` values and joined `data`, in order. */
export interface Recorder {
  readonly events: (boolean | string)[]
  readonly bytes: () => Buffer
  readonly drained: () => number
}

/** `onData` may answer; strings in `events` are latin1. */
export function record(stream: ByteStream, onData: (bytes: Uint8Array) => void = () => {}): Recorder {
  const events: (boolean | string)[] = []
  const chunks: Buffer[] = []
  let drained = 0
  const handlers: ByteStreamEvents = {
    data(bytes) {
      const copy = Buffer.from(bytes)
      chunks.push(copy)
      const text = copy.toString('latin1')
      if (typeof events.at(-1) === 'string') events.push(events.pop() + text)
      else events.push(text)
      onData(bytes)
    },
    presence: (present) => void events.push(present),
    drained: () => void drained++,
  }
  stream.start(handlers)
  return { events, bytes: () => Buffer.concat(chunks), drained: () => drained }
}

/** Bytes of every value, `length` long, that differ from place to place. */
export function pattern(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => (index ^ (index >> 8) ^ (index >> 13)) & 0xff))
}

export const text = (value: string): Uint8Array => Buffer.from(value, 'latin1')
