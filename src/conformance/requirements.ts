import type { Grade } from '../at/commands/command.ts'

/** How a behaviour is known: the note, a SIM767x (A), a sibling (B), another manual (C), drivers (D), our choice (E). */
export type Evidence = 'note' | 'A' | 'B' | 'C' | 'D' | 'E'

/** One thing that the module has to do, as the tables of `conformance/requirements/*.md` say it. */
export interface Requirement {
  /** Stable: `2.2.13-r1`, `line-7`. */
  readonly id: string
  /** `§2.2.13`, or the heading that it stands under. */
  readonly section: string
  readonly sentence: string
  /** What supports it; two: both do, or each a part of it. */
  readonly evidence: readonly Evidence[]
  /** One text an evidence. */
  readonly source: string
}

/** A requirement that can't be read; the sentence names file and line. */
export class RequirementError extends Error {
  override readonly name = 'RequirementError'
  readonly code = 'requirement'
}

const grades: Readonly<Record<Evidence, Grade>> = {
  note: 'documented',
  C: 'documented',
  A: 'observed',
  B: 'observed',
  D: 'observed',
  E: 'chosen',
}

/** The marks that a case may have that shows it. */
export const gradesOf = ({ evidence }: Requirement): readonly Grade[] => [
  ...new Set(evidence.map((letter) => grades[letter])),
]

const sources: Readonly<Record<Evidence, string>> = {
  note: 'note',
  A: 'output of a SIM767x',
  B: 'transcript of a sibling',
  C: 'another manual of the maker',
  D: 'drivers that work on the hardware',
  E: 'our choice',
}

/** Cells of a row of a table in Markdown. */
export const cellsOf = (row: string): readonly string[] =>
  row
    .replace(/^\| | \|$/g, '')
    .split(/ \| /)
    .map((cell) => cell.trim())

/** Whether the table that begins here holds requirements: its first column is `id`, its last one `grade`. */
export const isHead = (line: string): boolean => /^\| id \| .* \| grade \|$/.test(line)

/** The requirements of a page: the rows of its tables `| id | … | grade |`. */
export function parseRequirements(text: string, fileName: string): readonly Requirement[] {
  const found: Requirement[] = []
  let heading = ''
  let columns: readonly string[] | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '')
    if (isHead(line)) columns = cellsOf(line)
    else if (!line.startsWith('|')) columns = undefined
    else if (columns && !line.startsWith('| ---'))
      found.push(readRow(line, { columns, heading, where: `${fileName}:${index + 1}` }))
  }
  return found
}

interface Table {
  readonly columns: readonly string[]
  readonly heading: string
  readonly where: string
}

function readRow(line: string, { columns, heading, where }: Table): Requirement {
  const cells = cellsOf(line)
  const refuse = (sentence: string): never => {
    throw new RequirementError(`${where}: ${sentence}`)
  }
  if (cells.length !== columns.length) refuse(`the row has ${cells.length} cells; the table has ${columns.length}.`)
  const [id = '', ...rest] = cells
  if (!/^([a-z]+|\d+(\.\d+)+)(-[a-z0-9]+)+$/.test(id)) refuse(`"${id}" is no ID such as 2.2.13-r1 or line-7.`)
  const section = /§[\d.]*\d/.exec(heading)?.[0] ?? heading
  const known = rest
    .at(-1)!
    .split(/; */)
    .map((part) => /^(note|[A-E])(?: (.+))?$/.exec(part) ?? refuse(notGraded(part)))
  return {
    id,
    section,
    sentence: sentenceOf(columns.slice(1, -1), rest.slice(0, -1)),
    evidence: known.map((match) => match[1] as Evidence),
    source: known.map(([, letter, source]) => sourceOf(letter as Evidence, source, section)).join('; '),
  }
}

const notGraded = (part: string): string => `"${part}" is no grade: note, A, B, C, D or E, also with its source.`

function sourceOf(letter: Evidence, source: string | undefined, section: string): string {
  if (letter === 'note') return source ?? (section.startsWith('§') ? section : sources.note)
  if (letter === 'E' && source) return `${sources.E}, ${source}`
  return source ?? sources[letter]
}

/** One column is the sentence; of more the first ones say when, the last one what. */
function sentenceOf(columns: readonly string[], cells: readonly string[]): string {
  if (cells.length === 1) return cells[0]!
  if (cells.length <= 3) return `${cells.slice(0, -1).filter(Boolean).join(', ')}: ${cells.at(-1)}`
  return `${cells[0]}: ${cells
    .slice(1)
    .map((cell, i) => `${columns[i + 1]} ${cell}`)
    .join('; ')}`
}
