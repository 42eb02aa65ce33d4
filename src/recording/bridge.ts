import type { Pipe, PipeEvents } from '../io/stream.ts'
import type { Side } from './recorded-text.ts'

/** What one end may be behind before the other is no longer read; bytes. */
const pauseAt = 256 * 1024

/**
 * Joins the pipe of a host and the pipe of a module, so that neither notices. `heard` is told of all bytes, before they
 * go on. What the module says while no host is there is heard and goes nowhere, as on any serial line. Resolves when the
 * module is there.
 */
export function joinPipes(host: Pipe, module: Pipe, heard: Heard): Promise<void> {
  host.start(passOn('host', host, module, heard))
  return new Promise((resolve) => {
    const events = passOn('module', module, host, heard)
    module.start({
      ...events,
      host(present) {
        if (present) resolve()
        events.host(present)
      },
    })
  })
}

type Heard = (side: Side, bytes: Uint8Array) => void

function passOn(side: Side, from: Pipe, to: Pipe, heard: Heard): PipeEvents {
  return {
    data(bytes) {
      const own = bytes.slice()
      heard(side, own)
      to.write(own)
      if (to.backlog() > pauseAt) from.pause()
    },
    host(present) {
      // Nobody reads what this end was sent: the other one need not wait.
      if (!present) to.resume()
    },
    drained() {
      if (from.backlog() <= pauseAt / 2) to.resume()
    },
  }
}
