import { generalForms } from '../../../src/conformance/general-requirements.ts'
import { cellsOf, isHead, type Requirement } from '../../../src/conformance/requirements.ts'
import { requirementPages, requirements } from './requirements.ts'
import { type Showing, showings } from './showings.ts'

interface Coverage {
  readonly requirements: ReadonlyMap<string, Requirement>
  readonly shownBy: ReadonlyMap<string, readonly Showing[]>
}

export function coverage(): Coverage {
  const shownBy = new Map<string, Showing[]>()
  for (const showing of showings()) for (const id of showing.ids) shownBy.set(id, [...(shownBy.get(id) ?? []), showing])
  return { requirements: new Map(requirements().map((one) => [one.id, one])), shownBy }
}

const generated =
  '<!-- Generated from conformance/requirements, the transcripts and the titles of tests: UPDATE=1 npm test -- test/docs/coverage-pages.test.ts -->'

/** `docs/reference/behaviour.md`: the pages of requirements, each row with its source and a test. */
export function behaviourPage(covered: Coverage): string {
  const pages = requirementPages().map(({ text }) =>
    text
      .split('\n')
      .map((line, index, lines) => (line.startsWith('|') ? behaviourRow(line, lines, index, covered) : line))
      .join('\n')
      .trimEnd(),
  )
  return `${generated}\n\n${pages.join('\n\n').replace('<!-- forms -->', () => formTable(covered))}\n`
}

function behaviourRow(line: string, lines: readonly string[], index: number, covered: Coverage): string {
  const head = headOf(lines, index)
  if (head === undefined) return line
  if (line === head) return line.replace(/ \| grade \|$/, ' | grade | source | shown by |')
  if (line.startsWith('| ---')) return line.replace(/---( \|)$/, '--- | --- | ---$1')
  const cells = cellsOf(line)
  return row([...cells.slice(0, -1), ...behindRow(covered.requirements.get(cells[0]!)!, covered)])
}

/** The head of the table that a line stands in, when it is one of requirements. */
function headOf(lines: readonly string[], index: number): string | undefined {
  let first = index
  while (lines[first - 1]?.startsWith('|')) first--
  return isHead(lines[first]!) ? lines[first] : undefined
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function behindRow({ id, evidence, source }: Requirement, { shownBy }: Coverage): readonly string[] {
  const [first, ...others] = shownBy.get(id) ?? []
  const more = others.length > 0 ? `, [${others.length} more](coverage.md#${id})` : ''
  return [[...new Set(evidence)].join(', '), source, first ? `${link(first.file)}${more}` : '']
}

const link = (file: string): string => `[${file.replace(/^.*\//, '')}](../../${file})`

function formTable(covered: Coverage): string {
  const rows = generalForms().map(({ requirement }) =>
    row([requirement.id, escaped(requirement.sentence), ...behindRow(requirement, covered)]),
  )
  return ['| id | what | grade | source | shown by |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
}

/** A `|` in a cell. */
const escaped = (sentence: string): string => sentence.replaceAll('|', '\\|')

/** A title has no code spans. */
const plain = (title: string): string => escaped(title).replaceAll('<', '&lt;').replaceAll('*', '\\*')

/** `docs/reference/coverage.md`: every requirement, and every test that shows it. */
export function coveragePage(covered: Coverage): string {
  const all = [...covered.requirements.values()]
  const sections = [...new Set(all.map(({ section }) => section))]
  return `${[generated, coverageHead(all, covered), ...sections.map((section) => sectionTable(section, all, covered))].join('\n\n')}\n`
}

const coverageHead = (all: readonly Requirement[], { shownBy }: Coverage): string => `# What shows it

Each requirement of the application note and of [what the module does](behaviour.md), in our own words, and the tests that show it. A whole run of \`npm test\` fails for each requirement that no passed test shows; a test that was skipped or that asserts nothing shows nothing. Files \`.at\` are [transcripts](transcripts.md): \`atmqtt conformance\` plays them to any module, yours too.

${all.length} requirements, ${all.filter(({ id }) => shownBy.has(id)).length} shown. By grade: ${byGrade(all)}.`

function byGrade(all: readonly Requirement[]): string {
  const grades = ['note', 'A', 'B', 'C', 'D', 'E'] as const
  return grades.map((grade) => `${grade} ${all.filter(({ evidence }) => evidence.includes(grade)).length}`).join(', ')
}

function sectionTable(section: string, all: readonly Requirement[], { shownBy }: Coverage): string {
  const rows = all
    .filter((one) => one.section === section)
    .map(({ id, sentence, evidence }) => {
      const shown = (shownBy.get(id) ?? []).map(({ file, title }) => `${link(file)}: ${plain(title)}`)
      const unique = [...new Set(shown)].join('<br>')
      return row([`<a id="${id}"></a>${id}`, escaped(sentence), [...new Set(evidence)].join(', '), unique])
    })
  return [`## ${section}`, '', '| id | requirement | grade | shown by |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

/** IDs that a test or a transcript names and that are none. */
export function unknownIds({ requirements, shownBy }: Coverage): readonly string[] {
  return [...shownBy].filter(([id]) => !requirements.has(id)).map(([id, [first]]) => `${first!.file}: ${id}`)
}

/** Requirements that nothing shows. */
export const uncovered = ({ requirements, shownBy }: Coverage): readonly string[] =>
  [...requirements.keys()].filter((id) => !shownBy.has(id))
