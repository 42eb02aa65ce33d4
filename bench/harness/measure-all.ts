import { benchmarks } from '../rows/rows.ts'
import { type Broker, startBroker } from '../support/broker.ts'
import { type Comparison, compare, comparisonText, writeComparisons } from './against.ts'
import type { Benchmark, Context, Row } from './benchmark.ts'
import { openFilesLimit } from './machine.ts'
import { leastRounds, measure } from './measure.ts'
import { rowText, writeResults } from './report.ts'
import { sidesOf } from './round.ts'

interface Wanted {
  readonly rounds: number
  readonly rows: readonly Benchmark[]
  /** Of another checkout, to measure our sides beside its own. */
  readonly against?: string
}

/** Measures the rows that are named, or all, prints them and writes the results. A missed floor is no failure. */
export async function measureAll(words: readonly string[]): Promise<void> {
  const want = wanted(words)
  const broker = want.rows.some((row) => row.broker) ? await startBroker() : undefined
  try {
    await (want.against === undefined ? besidePeers(want, broker) : besideCheckout(want, want.against, broker))
  } finally {
    await broker?.stop()
  }
}

async function besidePeers({ rounds, rows }: Wanted, broker: Broker | undefined): Promise<void> {
  const measured: Row[] = []
  for (const benchmark of rows.filter(enoughFiles)) {
    const row = await measure(benchmark, rounds, sidesOf(benchmark, contextOf(broker)))
    process.stdout.write(`${rowText(row)}\n`)
    measured.push(row)
  }
  if (rounds >= leastRounds) writeResults(measured, { rounds, ...(broker && { broker: broker.title }) })
  else process.stdout.write(`not written: ${rounds} of ${leastRounds} rounds\n`)
}

async function besideCheckout({ rounds, rows }: Wanted, folder: string, broker: Broker | undefined): Promise<void> {
  const measured: Comparison[] = []
  for (const benchmark of rows.filter(enoughFiles)) {
    const one = await compare(benchmark, rounds, contextOf(broker), folder)
    process.stdout.write(`${comparisonText(one)}\n`)
    measured.push(one)
  }
  writeComparisons(measured, folder, rounds)
}

const contextOf = (broker: Broker | undefined): Context => ({ brokerPort: broker?.port ?? 0 })

function enoughFiles({ name, files = 0 }: Benchmark): boolean {
  const limit = openFilesLimit()
  if (files <= limit) return true
  process.stdout.write(`${name}: left out, it needs ${files} open files and \`ulimit -Hn\` is ${limit}\n`)
  return false
}

function wanted(words: readonly string[]): Wanted {
  const names: string[] = []
  let rounds = leastRounds
  let against: string | undefined
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '--rounds') rounds = Number(words[++at])
    else if (words[at] === '--against') against = words[++at]
    else names.push(words[at]!)
  }
  if (!(rounds >= 1)) throw new Error('--rounds wants a number')
  return { rounds, rows: names.length === 0 ? benchmarks : names.flatMap(named), ...(against && { against }) }
}

/** `b-cycle`, or `b` for all that begin with it. */
function named(word: string): Benchmark[] {
  const found = benchmarks.filter(({ name }) => name === word || name.startsWith(`${word}-`))
  if (found.length > 0) return found
  throw new Error(`no benchmark ${word}; there are ${benchmarks.map(({ name }) => name).join(', ')}`)
}
