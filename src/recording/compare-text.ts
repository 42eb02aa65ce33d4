import { twoColumns } from '../transcript/language/columns.ts'
import { where } from '../transcript/language/transcript-error.ts'
import type { Divergence } from './compare.ts'
import type { CompareResult } from './compare-run.ts'
import type { NormalisedCounts } from './normalise.ts'

/** The titles of the columns: names of the two modules. */
export interface ModuleNames {
  readonly expected: string
  readonly got: string
}

/** One transcript for people. */
export function compareText({ fileName, title, outcome }: CompareResult, names: ModuleNames, width: number): string {
  const about = title === fileName ? fileName : `${fileName}  ${title}`
  if (outcome.kind === 'skipped') return `skipped    ${about}: ${outcome.reason}`
  if (outcome.kind === 'same') return `same       ${about}  (${outcome.exchanges} exchanges)`
  const [first, second] = outcome.advice
  return [
    `DIFFERENT  ${about}`,
    '',
    ...outcome.divergences.map((each) => divergenceText(each, names, width)),
    ...adviceText(names.expected, first, second),
    ...adviceText(names.got, second, first),
  ].join('\n')
}

/** What only one of the modules shows. */
const adviceText = (name: string, own: readonly string[], other: readonly string[]): readonly string[] =>
  own.filter((cause) => !other.includes(cause)).map((cause) => `  ${name}: ${cause}\n`)

function divergenceText(
  { place, sent, rows, bytes, reordered }: Divergence,
  names: ModuleNames,
  width: number,
): string {
  const much = reordered
    ? 'the same lines in another order'
    : `${bytes} ${bytes === 1 ? 'byte differs' : 'bytes differ'}`
  return [
    place ? `  ${where(place)}: ${much}` : `  before anything was sent: ${much}`,
    ...(sent ? ['', `    sent  ${sent}`] : []),
    '',
    ...twoColumns(rows, width, names),
    '',
  ].join('\n')
}

/** What was not compared, and how often it came. */
export function normalisedText(counts: NormalisedCounts): string {
  const list = [...counts].map(([name, count]) => `${name} (${count})`)
  return `not compared: ${list.length > 0 ? list.join(', ') : 'nothing, every byte was'}`
}
