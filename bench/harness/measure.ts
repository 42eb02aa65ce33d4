import { execFile } from 'node:child_process'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import type { Benchmark, Row } from './benchmark.ts'
import { measureBursts } from './bursts.ts'
import { type Round, type SideProcess, type Sides, sideTimeoutMs, valueIn } from './round.ts'
import { median, relativeSpread } from './statistics.ts'

/** Both sides alternate so often. */
export const leastRounds = 9
const run = promisify(execFile)

export async function measure(benchmark: Benchmark, rounds: number, sides: Sides): Promise<Row> {
  const { name, bursts } = benchmark
  const measureRound: MeasureRound = (oursFirst) =>
    bursts === undefined ? inTurn(sides, oursFirst) : measureBursts(sides, bursts, oursFirst)
  return summary(benchmark, await measureRounds(name, rounds, measureRound))
}

export type MeasureRound = (oursFirst: boolean) => Promise<Round>

/** Who begins changes from round to round. */
export async function measureRounds(name: string, rounds: number, round: MeasureRound): Promise<readonly Round[]> {
  const measured: Round[] = []
  while (measured.length < rounds) {
    measured.push(await round(measured.length % 2 === 0))
    progress(`${name} ${measured.length}/${rounds}`)
  }
  progress('')
  return measured
}

/** One after the other, each in a process of its own. */
export async function inTurn(sides: Sides, oursFirst: boolean): Promise<Round> {
  const values = { ours: 0, other: 0 }
  for (const which of oursFirst ? (['ours', 'other'] as const) : (['other', 'ours'] as const))
    values[which] = await side(sides[which])
  return { ...values, ratio: values.ours / values.other }
}

/** Both at a time: for memory, which the other's use of the cores does not change. */
export async function atOnce(sides: Sides): Promise<Round> {
  const [ours, other] = await Promise.all([side(sides.ours), side(sides.other)])
  return { ours, other, ratio: ours / other }
}

async function side({ who, command }: SideProcess): Promise<number> {
  const { stdout } = await run(execPath, command, { timeout: sideTimeoutMs })
  return valueIn(stdout, who)
}

function summary({ name, unit, better, floor }: Benchmark, rounds: readonly Round[]): Row {
  const ratios = rounds.map(({ ratio }) => ratio)
  const medianOf = (which: keyof Round) => significant(median(rounds.map((round) => round[which])))
  return {
    name,
    ours: medianOf('ours'),
    other: medianOf('other'),
    unit,
    ratio: significant(median(ratios)),
    spread: significant(relativeSpread(ratios)),
    better,
    floor,
  }
}

export const significant = (value: number): number => Number(value.toPrecision(4))

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
