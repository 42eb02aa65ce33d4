import type { Port, PortEvents } from '../stream.ts'

/** The host's end of a line in memory, as `memoryPipe` gives it. */
export interface MemoryEnd {
  open(): void
  close(): void
  write(bytes: Uint8Array): void
  onData(callback: (bytes: Uint8Array) => void): void
}

/** A port on a module in the same process. */
export function memoryPort(end: MemoryEnd, address = 'memory'): Port {
  let events: PortEvents | undefined
  let closed = false
  end.open()
  return {
    address,
    start(given) {
      events = given
      end.onData((bytes) => events?.data(bytes))
    },
    async write(bytes) {
      if (closed) throw new Error(`${address} is closed`)
      end.write(bytes)
    },
    async close() {
      closed = true
      events = undefined
      end.close()
    },
  }
}
