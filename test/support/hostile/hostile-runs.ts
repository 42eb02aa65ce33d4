import { hostileRun, type Report } from './hostile-run.ts'

/** What many runs have seen together. */
export class Tally {
  runs = 0
  readonly foes: Record<string, number> = {}
  readonly programs: Record<string, number> = {}
  readonly outcomes: Record<string, number> = {}
  messages = 0
  damaged = 0
  peak = 0
  said = 0
  longestMs = 0

  add({ foe, program, outcomes, messages, damaged, peak, said, tookMs }: Report): void {
    this.runs++
    count(this.foes, foe)
    count(this.programs, program)
    for (const outcome of outcomes) count(this.outcomes, outcome)
    this.messages += messages
    this.damaged += damaged
    this.said += said
    this.peak = Math.max(this.peak, peak)
    this.longestMs = Math.max(this.longestMs, tookMs)
  }
}

function count(table: Record<string, number>, name: string): void {
  table[name] = (table[name] ?? 0) + 1
}

/** So many runs from a seed on. Throws at the first that goes wrong, with the words that repeat it. */
export async function hostileRuns(runs: number, firstSeed: number): Promise<Tally> {
  const tally = new Tally()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    try {
      tally.add(await hostileRun(seed))
    } catch (error) {
      throw new Error(`run ${seed} went wrong, repeat it with npm run hostile -- 1 ${seed}`, { cause: error })
    }
  }
  return tally
}
