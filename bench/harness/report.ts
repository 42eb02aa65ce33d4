import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { benchmarks } from '../rows/rows.ts'
import { type Benchmark, meetsFloor, type Row } from './benchmark.ts'
import { machineFacts } from './machine.ts'
import { number, percent, table } from './table.ts'

/** The run that gave the rows. */
export interface Run {
  readonly rounds: number
  /** What the broker is, if one was needed. */
  readonly broker?: string
}

const jsonFile = 'bench/results.json'
const textFile = 'bench/RESULTS.md'

/** One line for the terminal. */
export function rowText(row: Row): string {
  const { name, ours, other, unit, ratio, spread } = row
  const verdict = meetsFloor(row) ? 'ok' : 'MISSED'
  return `${name.padEnd(16)} ${number(ours).padStart(10)} : ${number(other).padStart(10)} ${unit.padEnd(12)} ratio ${ratio} (${bound(row)}) spread ${percent(spread)} ${verdict}`
}

/** Writes both files; rows that were not measured stay as an earlier run left them. */
export function writeResults(measured: readonly Row[], run: Run): void {
  const rows = benchmarks.flatMap(({ name }) => newest(name, measured, earlierRows()) ?? [])
  const kept = rows.filter((row) => !measured.includes(row)).map(({ name }) => name)
  writeFileSync(jsonFile, `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
  writeFileSync(textFile, page(rows, kept, run))
}

const newest = (name: string, ...lists: readonly (readonly Row[])[]): Row | undefined =>
  lists.flat().find((row) => row.name === name)

const earlierRows = (): readonly Row[] =>
  existsSync(jsonFile) ? (JSON.parse(readFileSync(jsonFile, 'utf8')) as readonly Row[]) : []

function page(rows: readonly Row[], kept: readonly string[], { rounds, broker }: Run): string {
  const facts = [...machineFacts(), new Date().toISOString().slice(0, 10), `${rounds} rounds`]
  if (broker) facts.push(`broker: ${broker}`)
  const keptNote = kept.length > 0 ? `\nFrom an earlier run: ${kept.join(', ')}.\n` : ''
  return `# Benchmarks

\`npm run bench\` writes this page and \`results.json\`; \`npm run bench -- b-cycle\` measures one row, \`-- e\` all of (e).

Both sides of a row run in turn, each in a process of its own that warms up first, and who begins changes from round to
round. (b), (c), (d), (g), (k), (l) and (n) go back and forth between two processes within a round. The ratio is the median of the rounds' ours /
other; the spread is the interquartile range of those ratios over their median. Everything runs on loopback and shares
the cores: compare the sides, not the numbers of two machines.

Both sides of (g) and (h) talk TLS to the same light server in a process of its own, which has an EC P-256 certificate
and answers CONNECT; they agree on TLS 1.3, and nobody resumes a session.

${facts.map((fact) => `- ${fact}`).join('\n')}
${keptNote}
${table([heading, ...rows.map(cells)], textColumns)}

${benchmarks.map(description).join('\n')}
`
}

const heading = ['row', 'ours', 'other', 'unit', 'difference', 'ratio', 'wanted', 'spread', 'floor']
const textColumns = [0, 3, 8]

function cells(row: Row): readonly string[] {
  const { name, ours, other, unit, ratio, spread } = row
  const verdict = meetsFloor(row) ? 'met' : '**missed**'
  const difference = unit === 'ms' ? number(ours - other) : ''
  return [name, number(ours), number(other), unit, difference, `${ratio}`, bound(row), percent(spread), verdict]
}

const description = ({ name, title, against }: Benchmark): string => `- **${name}**: ${title} Other: ${against}`

const bound = ({ better, floor }: Pick<Row, 'better' | 'floor'>): string =>
  `${better === 'higher' ? '≥' : '≤'} ${floor}`
