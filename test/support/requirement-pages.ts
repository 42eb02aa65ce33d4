import { posix } from 'node:path'
import { generalForms } from '../../src/conformance/general-requirements.ts'
import { cellsOf, isHead, type Requirement } from '../../src/conformance/requirements.ts'
import { requirementPages, requirements } from './requirements/requirements.ts'
import { type Showing, showings } from './requirements/showings.ts'

interface Coverage {
  readonly requirements: ReadonlyMap<string, Requirement>
  readonly shownBy: ReadonlyMap<string, readonly Showing[]>
}

export function coverage(): Coverage {
  const shownBy = new Map<string, Showing[]>()
  for (const showing of showings()) for (const id of showing.ids) shownBy.set(id, [...(shownBy.get(id) ?? []), showing])
  return { requirements: new Map(requirements().map((one) => [one.id, one])), shownBy }
}

/** A page of `docs/reference/requirements`. */
interface Page {
  readonly fileName: string
  readonly text: string
}

const generated =
  '<!-- Generated from conformance/requirements, the transcripts and the titles of tests: UPDATE=1 npm test -- test/docs/requirement-pages.test.ts -->'

/** All of `docs/reference/requirements`: the index, then a page a section. */
export function generatedPages(covered: Coverage): readonly Page[] {
  const texts = requirementPages()
  const [about, sources] = [texts.at(0)!, texts.at(-1)!]
  const sections = texts.slice(1, -1).flatMap(sectionsOf)
  const pages = sections.map((section) => sectionPage(section, covered))
  const index = [about.text.trimEnd(), totals(covered), contents(sections), sources.text.trimEnd()].join('\n\n')
  return [{ fileName: 'README.md', text: `${generated}\n\n${relinked(index)}\n` }, ...pages]
}

/** A file is a page; where its headings name sections of the note, each of these is one. */
function sectionsOf({ fileName, text }: Page): readonly Page[] {
  const parts = text.split(/^(?=### .*\(§[\d.]+\)$)/m)
  if (parts.length === 1) return [{ fileName: pageName(fileName), text }]
  return parts.slice(1).map((part) => ({ fileName: noteName(part), text: part }))
}

/** `20-line.md` → `line.md`. */
const pageName = (fileName: string): string => fileName.replace(/^\d+-/, '')

/** `### CMQTTSUB: subscribe (§2.2.13)` → `2.2.13-sub.md`, as the transcript is called. */
function noteName(part: string): string {
  const [, title = '', section = ''] = /^### (.*) \(§([\d.]+)\)$/m.exec(part)!
  const number = section.replace(/\.(\d)$/, '.0$1')
  const word = title.startsWith('CMQTT') ? title.slice(5).split(':')[0]! : title.split(' ').at(-1)!
  return `${number}-${word.toLowerCase()}.md`
}

function sectionPage({ fileName, text }: Page, covered: Coverage): Page {
  const rows = relinked(raised(text))
    .split('\n')
    .map((line, index, lines) => (line.startsWith('|') ? requirementRow(line, lines, index, covered) : line))
  const whole = rows
    .join('\n')
    .trimEnd()
    .replace('<!-- forms -->', () => formTable(covered))
  return { fileName, text: `${generated}\n\n[All requirements](README.md)\n\n${whole}\n` }
}

/** Headings, so that the first one is the title of the page. */
function raised(text: string): string {
  const levels = /^#+/.exec(text)![0].length - 1
  return text.replace(/^#+(?= )/gm, (marks) => marks.slice(levels))
}

/** Links of `conformance/requirements`, from `docs/reference/requirements`. */
const relinked = (text: string): string =>
  text.replace(/\]\((?!\w+:)([^)#]+)(#[^)]*)?\)/g, (_, path: string, anchor = '') => `](${moved(path)}${anchor})`)

function moved(path: string): string {
  if (!path.includes('/')) return /^\d\d-/.test(path) ? pageName(path) : path
  return posix.relative('docs/reference/requirements', posix.join('conformance/requirements', path))
}

function requirementRow(line: string, lines: readonly string[], index: number, covered: Coverage): string {
  const head = headOf(lines, index)
  if (head === undefined) return line
  if (line === head) return line.replace(/ \| grade \|$/, ' | grade | source | shown by |')
  if (line.startsWith('| ---')) return line.replace(/---( \|)$/, '--- | --- | ---$1')
  const [id = '', ...rest] = cellsOf(line)
  return row([anchored(id), ...rest.slice(0, -1), ...behindRow(covered.requirements.get(id)!, covered)])
}

/** The head of the table that a line stands in, when it is one of requirements. */
function headOf(lines: readonly string[], index: number): string | undefined {
  let first = index
  while (lines[first - 1]?.startsWith('|')) first--
  return isHead(lines[first]!) ? lines[first] : undefined
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const anchored = (id: string): string => `<a id="${id}"></a>${id}`

const behindRow = ({ id, evidence, source }: Requirement, { shownBy }: Coverage): readonly string[] => [
  [...new Set(evidence)].join(', '),
  source,
  shownCell(shownBy.get(id) ?? []),
]

/** The files that show it, each with its cases. */
function shownCell(shown: readonly Showing[]): string {
  const titles = new Map<string, Set<string>>()
  for (const { file, title } of shown) titles.set(file, (titles.get(file) ?? new Set()).add(`“${plain(title)}”`))
  return [...titles].map(([file, of]) => `${fileCell(file)}: ${[...of].join(', ')}`).join('<br>')
}

/** Transcripts are in the package, tests are not. */
const fileCell = (file: string): string =>
  file.startsWith('conformance/') ? `[${posix.basename(file)}](../../../${file})` : `\`${file}\``

function formTable(covered: Coverage): string {
  const rows = generalForms().map(({ requirement }) =>
    row([anchored(requirement.id), escaped(requirement.sentence), ...behindRow(requirement, covered)]),
  )
  return ['| id | what | grade | source | shown by |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
}

/** A `|` in a cell. */
const escaped = (sentence: string): string => sentence.replaceAll('|', '\\|')

/** A title has no code spans. */
const plain = (title: string): string => escaped(title).replaceAll('<', '&lt;').replaceAll('*', '\\*')

function totals({ requirements, shownBy }: Coverage): string {
  const all = [...requirements.values()]
  const shown = all.filter(({ id }) => shownBy.has(id)).length
  const grades = (['note', 'A', 'B', 'C', 'D', 'E'] as const).map(
    (grade) => `${grade} ${all.filter(({ evidence }) => evidence.includes(grade)).length}`,
  )
  return `## The pages\n\n${all.length} requirements, ${shown} shown. By grade: ${grades.join(', ')}.`
}

function contents(sections: readonly Page[]): string {
  const rows = sections.map(({ fileName, text }) => {
    const title = /^#+ (.*)$/m.exec(text)![1]!
    const ids = idsOn(text)
    const families = new Set(ids.map((id) => `\`${id.split('-')[0]}-…\``))
    return row([`[${title}](${fileName})`, [...families].join(', '), String(ids.length)])
  })
  return ['| section | IDs | requirements |', '| --- | --- | ---: |', ...rows].join('\n')
}

function idsOn(text: string): readonly string[] {
  if (text.includes('<!-- forms -->')) return generalForms().map(({ requirement }) => requirement.id)
  const lines = text.split('\n')
  const rows = lines.filter((line, index) => /^\| (?!id \||---)/.test(line) && headOf(lines, index) !== undefined)
  return rows.map((line) => cellsOf(line)[0]!)
}

/** IDs that a test or a transcript names and that are none. */
export function unknownIds({ requirements, shownBy }: Coverage): readonly string[] {
  return [...shownBy].filter(([id]) => !requirements.has(id)).map(([id, [first]]) => `${first!.file}: ${id}`)
}

/** Requirements that nothing shows. */
export const uncovered = ({ requirements, shownBy }: Coverage): readonly string[] =>
  [...requirements.keys()].filter((id) => !shownBy.has(id))
