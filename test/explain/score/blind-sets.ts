/** Twenty logs that somebody wrote who had not seen the rules, each with its cause in a sealed file, and how many were right. */
export interface BlindRun {
  readonly set: string
  /** Of the measurement. */
  readonly date: string
  /** Of the program. */
  readonly when: string
  readonly first: number
  readonly amongThree: number
  readonly wrong: number
  readonly silent: number
}

export const blindRuns: readonly BlindRun[] = [
  { set: '1', date: '2026-12-01', when: 'first, unseen', first: 14, amongThree: 15, wrong: 5, silent: 2 },
  {
    set: '1',
    date: '2026-12-01',
    when: 'later, the kinds of its mistakes known',
    first: 19,
    amongThree: 19,
    wrong: 1,
    silent: 2,
  },
  { set: '2', date: '2026-12-01', when: 'first, unseen', first: 15, amongThree: 16, wrong: 4, silent: 2 },
  {
    set: '2',
    date: '2026-12-01',
    when: 'with what the first set taught, unread',
    first: 16,
    amongThree: 18,
    wrong: 4,
    silent: 1,
  },
]
