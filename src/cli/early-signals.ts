import { constants } from 'node:os'

/** What ends in order at a signal, and its exit code then. */
const codes: Readonly<Record<string, number>> = {
  module: 0,
  record: 0,
  sub: 0,
  pub: 1,
  play: 1,
  compare: 1,
  conformance: 1,
  learn: 1,
}

/** What a person, a supervisor and a closed terminal send to end a program. */
export const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const [, , subcommand = '', ...rest] = process.argv

function endNow(signal: NodeJS.Signals): void {
  process.exit(rest.includes('--') ? 128 + constants.signals[signal] : codes[subcommand])
}

/** Before anything is open there is nothing to close, and loading takes longer than all that follows. */
export function endAtSignals(): void {
  if (Object.hasOwn(codes, subcommand)) for (const signal of endSignals) process.on(signal, endNow)
}

/** Somebody else takes them from now on. */
export function releaseSignals(): void {
  for (const signal of endSignals) process.off(signal, endNow)
}
