import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark, Context } from './benchmark.ts'
import { measureBursts } from './bursts.ts'
import { machineFacts } from './machine.ts'
import { atOnce, inTurn, measureRounds, significant } from './measure.ts'
import { type Round, type Sides, sideProcess } from './round.ts'
import { median, relativeSpread } from './statistics.ts'
import { number, percent, table } from './table.ts'

/** Our side of this checkout beside our side of another one. */
export interface Comparison {
  readonly name: string
  readonly unit: string
  /** Medians over the rounds, of this checkout and of the other one. */
  readonly here: number
  readonly there: number
  /** Median of the rounds' ratios. Above 1 this checkout is better, whether more or less of the unit is wanted. */
  readonly ratio: number
  /** Interquartile range of the rounds' ratios over their median. */
  readonly spread: number
}

const floor = 0.97
const pageFile = '.cache/against.md'

/** In a round, `ours` is our side of this checkout, `other` our side of the checkout in `folder`, by its own bundle. */
export async function compare(
  benchmark: Benchmark,
  rounds: number,
  context: Context,
  folder: string,
): Promise<Comparison> {
  const sides: Sides = {
    ours: sideProcess(benchmark, 'ours', context),
    other: sideProcess(benchmark, 'ours', context, join(folder, '.cache', 'bench', 'main.js')),
  }
  const measured = await measureRounds(benchmark.name, rounds, (first) => shortRound(benchmark, sides, first))
  return comparison(benchmark, measured)
}

/** Enough for a median of two programs that are nearly the same; there are more rounds instead. */
const pairsOfBursts = 10

function shortRound({ better, bursts }: Benchmark, sides: Sides, oursFirst: boolean): Promise<Round> {
  if (bursts !== undefined) return measureBursts(sides, pairsOfBursts, oursFirst)
  return better === 'lower' ? atOnce(sides) : inTurn(sides, oursFirst)
}

export function comparison({ name, unit, better }: Benchmark, rounds: readonly Round[]): Comparison {
  const ratios = rounds.map(({ ratio }) => (better === 'higher' ? ratio : 1 / ratio))
  return {
    name,
    unit,
    here: significant(median(rounds.map(({ ours }) => ours))),
    there: significant(median(rounds.map(({ other }) => other))),
    ratio: significant(median(ratios)),
    spread: significant(relativeSpread(ratios)),
  }
}

/** One line for the terminal. */
export function comparisonText(one: Comparison): string {
  const { name, unit, here, there, ratio, spread } = one
  return `${name.padEnd(22)} new ${number(here).padStart(9)} old ${number(there).padStart(9)} ${unit.padEnd(13)} ratio ${ratio} (≥ ${floor}) spread ${percent(spread)} ${verdict(one)}`
}

const verdict = ({ ratio }: Comparison): string => (ratio >= floor ? 'ok' : 'MISSED')

/** The rows of this run alone. */
export function writeComparisons(measured: readonly Comparison[], folder: string, rounds: number): void {
  mkdirSync('.cache', { recursive: true })
  writeFileSync(pageFile, page(measured, [...machineFacts(), `old: ${folder}`, `${rounds} rounds`]))
  process.stdout.write(`written: ${pageFile}\n`)
}

function page(measured: readonly Comparison[], facts: readonly string[]): string {
  return `# This checkout beside another one

Our sides alone, each in a process of its own, in turn; who begins changes from round to round. (g) goes back and forth
between both processes, in ${pairsOfBursts} pairs of bursts a round; memory is measured in both at a time. The ratio is the median
of the rounds' ratios, turned so that above 1 the new side is better: new / old of a rate, old / new of memory. The
spread is the interquartile range of those ratios over their median.

${facts.map((fact) => `- ${fact}`).join('\n')}

${table([heading, ...measured.map(cells)], textColumns)}
`
}

const heading = ['row', 'new', 'old', 'unit', 'ratio', 'wanted', 'spread', 'verdict']
const textColumns = [0, 3, 7]

function cells(one: Comparison): readonly string[] {
  const { name, unit, here, there, ratio, spread } = one
  return [name, number(here), number(there), unit, `${ratio}`, `≥ ${floor}`, percent(spread), verdict(one)]
}
