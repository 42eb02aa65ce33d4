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

/** The arguments that make a process of Node one side of a benchmark. */
export const sideCommand = ({ name, flags = [] }: Benchmark, which: SideName, context: Context): readonly string[] => [
  '--expose-gc',
  ...flags,
  argv[1]!,
  '--side',
  name,
  which,
  JSON.stringify(context),
]

/** What a side printed. */
export function valueIn(line: string, who: string): number {
  const { value } = JSON.parse(line) as { readonly value: number }
  if (!Number.isFinite(value)) throw new Error(`${who} measured nothing`)
  return value
}
