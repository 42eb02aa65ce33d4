import { argv } from 'node:process'
import type { Benchmark, Context } from './benchmark.ts'

export type SideName = 'ours' | 'other'

/** The longest that a process of a side lives. */
export const sideTimeoutMs = 120_000

export interface Round {
  readonly ours: number
  readonly other: number
  /** Of ours / other. */
  readonly ratio: number
}

/** What the process of a side is started with. */
export interface SideProcess {
  readonly who: string
  /** Arguments of Node. */
  readonly command: readonly string[]
}

/** What is compared in a round. */
export type Sides = Readonly<Record<SideName, SideProcess>>

/** Both sides of a benchmark. */
export const sidesOf = (benchmark: Benchmark, context: Context): Sides => ({
  ours: sideProcess(benchmark, 'ours', context),
  other: sideProcess(benchmark, 'other', context),
})

/** One side of a benchmark, by the bundle that `main` says. */
export function sideProcess(benchmark: Benchmark, which: SideName, context: Context, main = argv[1]!): SideProcess {
  const { name, flags = [] } = benchmark
  return {
    who: `${name} ${which} of ${main}`,
    command: ['--expose-gc', ...flags, main, '--side', name, which, JSON.stringify(context)],
  }
}

/** What a side printed. */
export function valueIn(line: string, who: string): number {
  const { value } = JSON.parse(line) as { readonly value: number }
  if (!Number.isFinite(value)) throw new Error(`${who} measured nothing`)
  return value
}
