import type { WebSerial } from '../../../src/driver/web.ts'
import type { MemoryHost } from '../../../src/io/testing/memory-host.ts'

/** What a browser gives for a serial port, on a line in memory, with the streams of the platform. */
export function webSerialOn(host: MemoryHost): WebSerial & { readonly opened: readonly number[] } {
  const opened: number[] = []
  let streams: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> } | null =
    null
  return {
    opened,
    get readable() {
      return streams?.readable ?? null
    },
    get writable() {
      return streams?.writable ?? null
    },
    async open({ baudRate }) {
      if (streams) throw new Error('InvalidStateError')
      opened.push(baudRate)
      host.open()
      let ended = false
      streams = {
        readable: new ReadableStream({
          start: (to) => host.onData((bytes) => ended || to.enqueue(bytes)),
          cancel: () => {
            ended = true
          },
        }),
        writable: new WritableStream({ write: (bytes) => host.write(bytes) }),
      }
    },
    async close() {
      if (streams?.readable.locked || streams?.writable.locked) throw new Error('InvalidStateError')
      streams = null
      host.close()
    },
  }
}
