import type { Exchange, ResultFact, ValueFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import type { Clue, Forbidden } from './rule.ts'

type Where<F> = (fact: F, view: FactView) => boolean

/** A command and its response. */
export const sent = (name: string, where?: Where<Exchange>): Clue<'exchange'> => ({
  kind: 'exchange',
  name,
  ...(where && { where }),
})

/** A command that was answered with an error. */
export const refused = (name: string, where?: Where<Exchange>): Clue<'exchange'> =>
  sent(name, (fact, view) => wasRefused(fact) && (where?.(fact, view) ?? true))

export const wasRefused = ({ ending }: Exchange): boolean => ending === 'error' || ending === 'cme' || ending === 'cms'

/** A result with one of these codes: `+CMQTTCONNECT: 0,32`. */
export const result = (name: string, codes: readonly number[], where?: Where<ResultFact>): Clue<'result'> => ({
  kind: 'result',
  name,
  where: (fact, view) => codes.includes(fact.code) && (where?.(fact, view) ?? true),
})

/** A line with values, as an answer or unasked: `+CSQ: 99,99`. */
export const shows = (name: string, where?: Where<ValueFact>): Clue<'value'> => ({
  kind: 'value',
  name,
  ...(where && { where }),
})

/** The first line that a module prints when it starts. */
export const started: Clue<'boot'> = { kind: 'boot', where: ({ first }) => first }

/** The host's own text. */
export const printed = (print: RegExp): Clue<'print'> => ({
  kind: 'print',
  print,
  where: ({ text }) => print.test(text),
})

/** As clues of different kinds stand in one list. */
export const clues = (...list: readonly unknown[]): readonly Clue[] => list as readonly Clue[]

export const never = (clue: unknown, when?: Forbidden['when'], withinMs?: number): Forbidden => ({
  clue: clue as Clue,
  ...(when && { when }),
  ...(withinMs !== undefined && { withinMs }),
})
