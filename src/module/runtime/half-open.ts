import type { Connection } from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'

/** How long a connection stays half-open, and how many do; beyond, the oldest is destroyed. */
export const halfOpenLimits = { ms: 600_000, module: 64, process: 1024 } as const

interface HalfOpen {
  readonly destroy: () => void
}

/** Of all modules of the process, the oldest first. */
const ofProcess = new Set<HalfOpen>()

/** Connections that a module without network or power has left, and that their servers still take for open. */
export class HalfOpenConnections {
  readonly #clock: Clock
  /** The oldest first. */
  readonly #own = new Set<HalfOpen>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** From now on nothing is sent on it, and what comes is thrown away, until its server ends it. */
  leave(connection: Required<Connection>): void {
    const gone = (): void => {
      cancel()
      this.#own.delete(entry)
      ofProcess.delete(entry)
    }
    const entry = {
      destroy: () => {
        gone()
        connection.destroy()
      },
    }
    const cancel = this.#clock.after(halfOpenLimits.ms, entry.destroy)
    this.#own.add(entry)
    ofProcess.add(entry)
    connection.abandon(gone)
    keepNewest(this.#own, halfOpenLimits.module)
    keepNewest(ofProcess, halfOpenLimits.process)
  }

  destroy(): void {
    keepNewest(this.#own, 0)
  }
}

function keepNewest(all: ReadonlySet<HalfOpen>, count: number): void {
  for (const oldest of all) {
    if (all.size <= count) return
    oldest.destroy()
  }
}
