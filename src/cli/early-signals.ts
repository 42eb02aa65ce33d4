import { constants } from 'node:os'

/** What ends in order at a signal, and its exit code then. */
const codes: Readonly<Record<string, number>> = {
  module: 0,
  record: 0,
  console: 0,
  sub: 0,
  pub: 1,
  play: 1,
  compare: 1,
  conformance: 1,
  learn: 1,
  fleet: 1,
}

/** What a person, a supervisor and a closed terminal send to end a program. */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const [, , subcommand = '', ...rest] = process.argv

function endNow(signal: NodeJS.Signals): void {
  process.exit(rest.includes('--') ? 128 + constants.signals[signal] : codes[subcommand])
}

/** Before anything is open there is nothing to close, and loading takes longer than all that follows. */
let act: (signal: NodeJS.Signals) => void = endNow

/** The process listens from its beginning to its end, once, however much of the command line runs in it. */
export function endAtSignals(): void {
  if (Object.hasOwn(codes, subcommand)) for (const signal of endSignals) process.on(signal, (which) => act(which))
}

/** From now on `take` hears the signals that would have ended the process. */
export function takeSignals(take: (signal: NodeJS.Signals) => void): void {
  act = take
}
