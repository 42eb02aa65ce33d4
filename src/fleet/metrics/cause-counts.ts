import type { Counts } from './snapshot.ts'

/** So many causes are told apart; more would be a text that differs each time. */
const mostCauses = 40

/** How often each cause was there. */
export class CauseCounts {
  private readonly counts = new Map<string, number>()

  static of(cause: string): CauseCounts {
    const one = new CauseCounts()
    one.add(cause)
    return one
  }

  add(cause: string, count = 1): void {
    const known = this.counts.has(cause) || this.counts.size < mostCauses
    const name = known ? cause : 'other'
    this.counts.set(name, (this.counts.get(name) ?? 0) + count)
  }

  addAll(others: CauseCounts | Counts): void {
    const counts = others instanceof CauseCounts ? others.toJSON() : others
    for (const [cause, count] of Object.entries(counts)) this.add(cause, count)
  }

  toJSON(): Counts {
    return Object.fromEntries(this.counts)
  }
}

export function joinCauses(one: CauseCounts, other: CauseCounts): CauseCounts {
  one.addAll(other)
  return one
}
