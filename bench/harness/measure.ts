import { execFile } from 'node:child_process'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import type { Benchmark, Context, Row } from './benchmark.ts'
import { measureBursts } from './bursts.ts'
import { type Round, type SideName, sideCommand, sideTimeoutMs, valueIn } from './round.ts'
import { median, relativeSpread } from './statistics.ts'

/** Both sides alternate so often. */
export const leastRounds = 9
const run = promisify(execFile)

/** Both sides in turn, each in a process of its own; who begins changes from round to round. */
export async function measure(benchmark: Benchmark, rounds: number, context: Context): Promise<Row> {
  const measured: Round[] = []
  for (let round = 0; round < rounds; round++) {
    measured.push(await measureRound(benchmark, context, round % 2 === 0))
    progress(`${benchmark.name} ${round + 1}/${rounds}`)
  }
  progress('')
  return summary(benchmark, measured)
}

async function measureRound(benchmark: Benchmark, context: Context, oursFirst: boolean): Promise<Round> {
  if (benchmark.bursts !== undefined) return measureBursts(benchmark, context, oursFirst)
  const values = { ours: 0, other: 0 }
  for (const which of oursFirst ? (['ours', 'other'] as const) : (['other', 'ours'] as const))
    values[which] = await side(benchmark, which, context)
  return { ...values, ratio: values.ours / values.other }
}

async function side(benchmark: Benchmark, which: SideName, context: Context): Promise<number> {
  const { stdout } = await run(execPath, sideCommand(benchmark, which, context), { timeout: sideTimeoutMs })
  return valueIn(stdout, `${benchmark.name} ${which}`)
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

const significant = (value: number): number => Number(value.toPrecision(4))

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
