import type { RunTotals } from '../../fleet/metrics/merge.ts'
import { liveLine, liveScreen } from '../../fleet/report/live-view.ts'
import type { Scenario } from '../../fleet/scenario/scenario.ts'
import { drawError, printError } from '../output.ts'

const lineEveryMs = 5000

/** What a run shows of itself on standard error: one screen on a terminal, else a line every five seconds. */
export class RunView {
  readonly #scenario: Scenario
  readonly #notes: string[] = []
  #rows = 0
  #nextLineAt = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
  }

  note(sentence: string): void {
    if (process.stderr.isTTY) this.#notes.push(sentence)
    else printError(`atmqtt: ${sentence}\n`)
  }

  /** `now`: ms of the run's clock. */
  show(totals: RunTotals, now: number): void {
    if (process.stderr.isTTY) this.#draw(liveScreen(this.#scenario, totals, Math.max(0, now), this.#notes.slice(-3)))
    else if (now >= this.#nextLineAt) {
      this.#nextLineAt = now + lineEveryMs
      printError(`${liveLine(this.#scenario, totals, Math.max(0, now))}\n`)
    }
  }

  /** Takes the screen away: the report follows. */
  end(): void {
    if (this.#rows > 0) this.#draw([])
  }

  #draw(lines: readonly string[]): void {
    const rows = lines.slice(0, (process.stderr.rows ?? 24) - 1)
    drawError(rows, this.#rows)
    this.#rows = rows.length
  }
}
