/** What the shells get from the world, so that tests can give them another one. */

/** Milliseconds that never go back, and one-shot timers on them. */
export interface Clock {
  now(): number
  /** Calls back once, `delayMs` from now; the returned function cancels. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void
}

/** Random numbers that a seed decides. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `n`; `n` is 1 to 2^31. */
  below(n: number): number
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line a call. Secrets never get here. */
export interface Log {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}
