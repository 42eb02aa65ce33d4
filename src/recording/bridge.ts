import type { ByteStream, ByteStreamEvents } from '../io/stream.ts'
import type { Side } from './recorded-text.ts'

/** What one end may be behind before the other is no longer read; bytes. */
const pauseAt = 256 * 1024

/**
 * Joins the stream of a host and the stream of a module, so that neither notices. `heard` is told of all bytes, before
 * they go on. What the module says while no host is there is heard and goes nowhere, as on any serial line.
 */
export function joinStreams(host: ByteStream, module: ByteStream, heard: Heard): void {
  host.start(passOn('host', host, module, heard))
  module.start(passOn('module', module, host, heard))
}

type Heard = (side: Side, bytes: Uint8Array) => void

function passOn(side: Side, from: ByteStream, to: ByteStream, heard: Heard): ByteStreamEvents {
  return {
    data(bytes) {
      const own = bytes.slice()
      heard(side, own)
      to.write(own)
      if (to.backlog() > pauseAt) from.pause()
    },
    presence(present) {
      // Nobody reads what this end was sent: the other one need not wait.
      if (!present) to.resume()
    },
    drained() {
      if (from.backlog() <= pauseAt / 2) to.resume()
    },
  }
}
