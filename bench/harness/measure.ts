import { execFile } from 'node:child_process'
import { argv, execPath } from 'node:process'
import { promisify } from 'node:util'
import type { Benchmark, Context, Row } from './benchmark.ts'
import { median, relativeSpread } from './statistics.ts'

/** Both sides alternate so often. */
export const leastRounds = 9
const sideTimeoutMs = 120_000
const run = promisify(execFile)

interface Round {
  readonly ours: number
  readonly other: number
}

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
  if (oursFirst) return { ours: await side(benchmark, 'ours', context), other: await side(benchmark, 'other', context) }
  const other = await side(benchmark, 'other', context)
  return { ours: await side(benchmark, 'ours', context), other }
}

async function side({ name, flags = [] }: Benchmark, which: 'ours' | 'other', context: Context): Promise<number> {
  const command = ['--expose-gc', ...flags, argv[1]!, '--side', name, which, JSON.stringify(context)]
  const { stdout } = await run(execPath, command, { timeout: sideTimeoutMs })
  const { value } = JSON.parse(stdout) as { readonly value: number }
  if (!Number.isFinite(value)) throw new Error(`${name} ${which} measured nothing`)
  return value
}

function summary({ name, unit, better, floor }: Benchmark, rounds: readonly Round[]): Row {
  const ratios = rounds.map(({ ours, other }) => ours / other)
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
