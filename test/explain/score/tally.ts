import type { Judgement } from './judge.ts'

/** Two ways to read the same log. */
export interface Judged {
  readonly group: string
  readonly judgement: Judgement
  /** Of who looks the last error code up in the manual. */
  readonly baseline: Judgement
}

/** Shares, 0 to 1. */
export interface Tally {
  readonly logs: number
  readonly first: number
  readonly amongThree: number
  readonly wrong: number
  readonly silent: number
}

export function tallyOf(list: readonly Judgement[]): Tally {
  const share = (test: (each: Judgement) => boolean): number => list.filter(test).length / (list.length || 1)
  return {
    logs: list.length,
    first: share(({ first }) => first),
    amongThree: share(({ found }) => found),
    wrong: share(({ wrong }) => wrong),
    silent: share(({ silent }) => silent),
  }
}

/** By group, in the order of the list. */
export function tallies(list: readonly Judged[]): ReadonlyMap<string, Tally> {
  const groups = new Map<string, Judgement[]>()
  for (const { group, judgement } of list) groups.set(group, [...(groups.get(group) ?? []), judgement])
  return new Map([...groups].map(([group, own]) => [group, tallyOf(own)]))
}
