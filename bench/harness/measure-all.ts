import { benchmarks } from '../rows/rows.ts'
import { type Broker, startBroker } from '../support/broker.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { openFilesLimit } from './machine.ts'
import { leastRounds, measure } from './measure.ts'
import { rowText, writeResults } from './report.ts'

interface Wanted {
  readonly rounds: number
  readonly rows: readonly Benchmark[]
}

/** Measures the rows that are named, or all, prints them and writes the results. A missed floor is no failure. */
export async function measureAll(words: readonly string[]): Promise<void> {
  const { rounds, rows } = wanted(words)
  const broker = rows.some((row) => row.broker) ? await startBroker() : undefined
  try {
    const measured = await measureRows(rows, rounds, broker)
    if (rounds >= leastRounds) writeResults(measured, { rounds, ...(broker && { broker: broker.title }) })
    else process.stdout.write(`not written: ${rounds} of ${leastRounds} rounds\n`)
  } finally {
    await broker?.stop()
  }
}

async function measureRows(rows: readonly Benchmark[], rounds: number, broker: Broker | undefined): Promise<Row[]> {
  const measured: Row[] = []
  for (const benchmark of rows) {
    if (tooFewFiles(benchmark)) continue
    const row = await measure(benchmark, rounds, { brokerPort: broker?.port ?? 0 })
    process.stdout.write(`${rowText(row)}\n`)
    measured.push(row)
  }
  return measured
}

function tooFewFiles({ name, files = 0 }: Benchmark): boolean {
  const limit = openFilesLimit()
  if (files <= limit) return false
  process.stdout.write(`${name}: left out, it needs ${files} open files and \`ulimit -Hn\` is ${limit}\n`)
  return true
}

function wanted(words: readonly string[]): Wanted {
  const names: string[] = []
  let rounds = leastRounds
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '--rounds') rounds = Number(words[++at])
    else names.push(words[at]!)
  }
  if (!(rounds >= 1)) throw new Error('--rounds wants a number')
  return { rounds, rows: names.length === 0 ? benchmarks : names.flatMap(named) }
}

/** `b-cycle`, or `b` for all that begin with it. */
function named(word: string): Benchmark[] {
  const found = benchmarks.filter(({ name }) => name === word || name.startsWith(`${word}-`))
  if (found.length > 0) return found
  throw new Error(`no benchmark ${word}; there are ${benchmarks.map(({ name }) => name).join(', ')}`)
}
