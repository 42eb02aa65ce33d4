/** What is done before the next attempt to connect, from soft to hard; each includes what is softer. */
export const rungs = ['query', 'disconnect', 'release', 'restart', 'radio', 'reset', 'hard'] as const
export type Rung = (typeof rungs)[number]

/**
 * Whose trouble it is. `refused`: the server does not want this client. `server`: it can't be reached, or does not
 * speak MQTT or TLS as it should. `network`: the mobile network. `module`: it does not do what it should. `staged`: it
 * holds what only REL clears. `silent`: it answers nothing. `port`: the line is gone. `fatal`: trying again does harm,
 * or can't help.
 */
export type Trouble = 'refused' | 'server' | 'network' | 'module' | 'staged' | 'silent' | 'port' | 'fatal'

/** What happened in a row without a connection that held. */
export interface Climb {
  readonly rung: Rung
  /** Attempts in a row that failed. */
  readonly failures: number
  /** Of those, since the last climb. */
  readonly onRung: number
}

export const ground: Climb = { rung: 'query', failures: 0, onRung: 0 }

export interface Surroundings {
  /** The other client of the module is connected: nothing may be done that would take its connection. */
  readonly otherConnected: boolean
  readonly hasHardReset: boolean
}

/** How many failures one rung is worth, and how far up it helps. */
export const patience: Readonly<Record<Trouble, { readonly failures: number; readonly highest: Rung }>> = {
  refused: { failures: 3, highest: 'release' },
  server: { failures: 4, highest: 'radio' },
  network: { failures: 2, highest: 'reset' },
  module: { failures: 2, highest: 'hard' },
  staged: { failures: 1, highest: 'release' },
  silent: { failures: 2, highest: 'hard' },
  port: { failures: Number.POSITIVE_INFINITY, highest: 'query' },
  fatal: { failures: Number.POSITIVE_INFINITY, highest: 'query' },
}

/** The next step up, or the same again; softer ones have been tried. At the top it begins anew from `release`. */
export function climbed(climb: Climb, trouble: Trouble, around: Surroundings): Climb {
  const failures = climb.failures + 1
  const onRung = climb.onRung + 1
  if (onRung < patience[trouble].failures) return { rung: climb.rung, failures, onRung }
  return { rung: next(climb.rung, trouble, topOf(trouble, around)), failures, onRung: 0 }
}

/** A module that answers nothing can be told nothing: there is only the last resort. */
function next(rung: Rung, trouble: Trouble, top: Rung): Rung {
  if (trouble === 'silent') return top === 'hard' ? 'hard' : rung
  if (trouble === 'staged') return 'release'
  return isLower(rung, top) ? rungs[rungs.indexOf(rung) + 1]! : lower('release', top)
}

function topOf(trouble: Trouble, { otherConnected, hasHardReset }: Surroundings): Rung {
  return lower(patience[trouble].highest, otherConnected ? 'release' : hasHardReset ? 'hard' : 'reset')
}

const isLower = (a: Rung, b: Rung): boolean => rungs.indexOf(a) < rungs.indexOf(b)

const lower = (a: Rung, b: Rung): Rung => (isLower(a, b) ? a : b)
