/** Sees to it that nobody waits for time to pass while nothing happens. */
export interface IdleWatch {
  /** Something has happened. */
  touch(): void
  stop(): void
}

export interface IdleOptions {
  /** How many turns of the event loop without a touch are idle. */
  readonly turns: number
  /** Between two turns, ms. */
  readonly turnMs: number
}

/**
 * Calls `idle` whenever nothing has happened for so many turns of the event loop. Turns and not time: while the machine
 * does something else, bytes between sockets of this process wait for the same turns.
 */
export function watchIdle({ turns, turnMs }: IdleOptions, idle: () => void): IdleWatch {
  let quiet = 0
  const timer = setInterval(() => {
    quiet++
    if (quiet < turns) return
    quiet = 0
    idle()
  }, turnMs)
  timer.unref()
  return {
    touch() {
      quiet = 0
    },
    stop: () => clearInterval(timer),
  }
}
