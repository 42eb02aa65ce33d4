import type { AttemptFact, BootFact, Exchange, ResultFact, ValueFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import type { Clue, Forbidden } from './rule.ts'

type Where<F> = (fact: F, view: FactView) => boolean

/** A command and its response. */
export const sent = (name: string, where?: Where<Exchange>): Clue<'exchange'> => ({
  kind: 'exchange',
  name,
  ...(where && { where }),
})

/** Any command. */
export const anyCommand = (where: Where<Exchange>, when: Pick<Clue, 'afterMs'> = {}): Clue<'exchange'> => ({
  kind: 'exchange',
  where,
  ...when,
})

/** A command that was answered with an error. */
export const refused = (name: string, where?: Where<Exchange>): Clue<'exchange'> =>
  sent(name, (fact, view) => wasRefused(fact) && (where?.(fact, view) ?? true))

export const wasRefused = ({ ending }: Exchange): boolean => ending === 'error' || ending === 'cme' || ending === 'cms'

/** A command whose answer never came, though the log goes on. */
export const silent = (where: Where<Exchange> = () => true): Clue<'exchange'> =>
  anyCommand((fact, view) => fact.ending === 'none' && !fact.heard && where(fact, view))

/** A result with one of these codes: `+CMQTTCONNECT: 0,32`. */
export const result = (name: string, codes: readonly number[], where?: Where<ResultFact>): Clue<'result'> => ({
  kind: 'result',
  name,
  where: (fact, view) => codes.includes(fact.code) && (where?.(fact, view) ?? true),
})

/** A CONNECT that failed with one of these; none given: with any. */
export const attempt = (codes: readonly (number | 'ERROR')[], where?: Where<AttemptFact>): Clue<'attempt'> => ({
  kind: 'attempt',
  where: (fact, view) => isFailure(fact, codes) && (where?.(fact, view) ?? true),
})

const isFailure = ({ outcome }: AttemptFact, codes: readonly (number | 'ERROR')[]): boolean =>
  outcome !== 'ok' && outcome !== 'none' && (codes.length === 0 || codes.includes(outcome))

/** A CONNECT that succeeded. */
export const attemptOk = (where?: Where<AttemptFact>): Clue<'attempt'> => ({
  kind: 'attempt',
  where: (fact, view) => fact.outcome === 'ok' && (where?.(fact, view) ?? true),
})

/** A line with values, as an answer or unasked: `+CSQ: 99,99`. */
export const shows = (name: string, where?: Where<ValueFact>): Clue<'value'> => ({
  kind: 'value',
  name,
  ...(where && { where }),
})

/** The first line that a module prints when it starts. */
export const started = (where?: Where<BootFact>): Clue<'boot'> => ({
  kind: 'boot',
  where: (fact, view) => fact.first && (where?.(fact, view) ?? true),
})

/** The host's own text. */
export const printed = (print: RegExp): Clue<'print'> => ({
  kind: 'print',
  print,
  where: ({ text }) => print.test(text),
})

/** Whether a command was refused for a reason that the module names, by number or in words. */
export const cme =
  (numbers: readonly number[], words: RegExp): Where<Exchange> =>
  ({ ending, code, words: said }) =>
    ending === 'cme' && ((code !== undefined && numbers.includes(code)) || (said !== undefined && words.test(said)))

/** As clues of different kinds stand in one list. */
export const clues = (...list: readonly unknown[]): readonly Clue[] => list as readonly Clue[]

export const never = (clue: unknown, when?: Forbidden['when']): Forbidden => ({
  clue: clue as Clue,
  ...(when && { when }),
})

export const adds = (by: number, clue: unknown): { readonly clue: Clue; readonly adds: number } => ({
  clue: clue as Clue,
  adds: by,
})

/** The first attempt among facts. */
export const attemptIn = (facts: readonly unknown[]): AttemptFact =>
  facts.findLast((fact) => (fact as { readonly kind?: string }).kind === 'attempt') as AttemptFact
