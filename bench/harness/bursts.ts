import { type ChildProcess, spawn } from 'node:child_process'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { ended } from '../support/process.ts'
import { type Round, type SideProcess, type Sides, sideTimeoutMs, valueIn } from './round.ts'
import { median } from './statistics.ts'

/** A round of bursts: both processes stand ready, and measure in turn; who begins changes from pair to pair. */
export async function measureBursts(sides: Sides, pairs: number, oursFirst: boolean): Promise<Round> {
  const ours = new BurstProcess(sides.ours)
  const other = new BurstProcess(sides.other)
  try {
    for (const side of oursFirst ? [ours, other] : [other, ours]) await side.start()
    for (let pair = 0; pair < pairs; pair++)
      for (const side of (pair % 2 === 0) === oursFirst ? [ours, other] : [other, ours]) await side.burst()
  } finally {
    await Promise.all([ours.end(), other.end()])
  }
  const ratio = median(ours.values.map((value, pair) => value / other.values[pair]!))
  return { ours: median(ours.values), other: median(other.values), ratio }
}

class BurstProcess {
  readonly values: number[] = []
  readonly #who: string
  readonly #command: readonly string[]
  #child: ChildProcess | undefined
  #lines: AsyncIterator<string> | undefined

  constructor({ who, command }: SideProcess) {
    this.#who = who
    this.#command = command
  }

  /** Settles when it has warmed up. */
  async start(): Promise<void> {
    this.#child = spawn(execPath, this.#command, { stdio: ['pipe', 'pipe', 'inherit'], timeout: sideTimeoutMs })
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
    await this.#line()
  }

  async burst(): Promise<void> {
    this.#child!.stdin!.write('\n')
    this.values.push(valueIn(await this.#line(), this.#who))
  }

  async end(): Promise<void> {
    if (this.#child) await ended(this.#child)
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines!.next()
    if (done) throw new Error(`${this.#who} ended`)
    return value
  }
}
