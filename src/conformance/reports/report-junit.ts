import XmlBuilder from 'fast-xml-builder'
import { printableText } from '../../at/syntax/printable.ts'
import { twoColumns } from '../../transcript/language/columns.ts'
import type { CaseCounts } from '../../transcript/player/run.ts'
import type { CaseReport, FailureReport, Report, SectionReport } from './report.ts'

const builder = new XmlBuilder({
  preserveOrder: true,
  format: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  cdataPropName: '#cdata',
  suppressEmptyNode: true,
})

type Attributes = Readonly<Record<string, string | number>>

/** As the builder takes them. */
const element = (name: string, attributes: Attributes, content: readonly object[] = []) => ({
  [name]: content,
  ':@': attributes,
})
const cdata = (text: string) => ({ '#cdata': [{ '#text': xmlText(text) }] })

/** What is advised where a case failed: causes, each in one line, by `file:line` of the case. */
export type CaseAdvice = ReadonlyMap<string, readonly string[]>

/** JUnit XML: one suite per section. The reason of a skipped case stands in its `system-out`. */
export function reportJunit(
  { sections, counts, tool, module, profile, startedAt }: Report,
  advice: CaseAdvice = new Map(),
): string {
  const name = xmlText(`${tool} conformance: ${module}, ${profile}`)
  const suites = sections.map((suite) => suiteOf(suite, startedAt, advice))
  return builder.build([
    element('?xml', { version: '1.0', encoding: 'UTF-8' }),
    element('testsuites', { name, ...countsOf(counts) }, suites),
  ])
}

function suiteOf({ section, title, counts, cases }: SectionReport, timestamp: string, advice: CaseAdvice) {
  const name = xmlText([section, title].filter(Boolean).join(' '))
  const time = seconds(cases.reduce((sum, { ms }) => sum + ms, 0))
  return element(
    'testsuite',
    { name, timestamp, time, ...countsOf(counts) },
    cases.map((one) => caseOf(one, advice)),
  )
}

function caseOf({ title, file, line, ms, outcome, reason, failure }: CaseReport, advice: CaseAdvice) {
  const classname = xmlText(`atmqtt.${file.replace(/\.at$/, '').replaceAll('.', '-')}`)
  const name = xmlText(`${title} (${file}:${line})`)
  return element('testcase', { classname, name, file: xmlText(file), time: seconds(ms) }, [
    ...(failure ? [failureOf(failure, advice.get(`${file}:${line}`) ?? [])] : []),
    ...(outcome === 'skipped' ? [element('skipped', {})] : []),
    ...(outcome === 'skipped' && reason !== undefined ? [element('system-out', {}, [cdata(reason)])] : []),
  ])
}

function failureOf(failure: FailureReport, advice: readonly string[]) {
  const message = xmlText(`${failure.file}:${failure.line}: the answer differs`)
  return element('failure', { message }, [cdata([failureText(failure), ...advice].join('\n\n'))])
}

const countsOf = ({ passed, failed, skipped }: CaseCounts): Attributes => ({
  tests: passed + failed + skipped,
  failures: failed,
  errors: 0,
  skipped,
})

/** In thousandths. */
const seconds = (ms: number): number => Number((ms / 1000).toFixed(3))

/** XML has no control characters, and its texts stand in CDATA sections, which end with the first `]]>`. */
const xmlText = (text: string): string => printableText(text).replaceAll(']]>', ']]\\x3e')

const width = 120

/** A failure as plain text: where, what was sent, and the two columns. */
function failureText({ file, line, cite, lastSent, reason, rows }: FailureReport): string {
  return [
    `${file}:${line}${cite ? ` (${cite})` : ''}: the answer differs${reason ? `, ${reason}` : ''}`,
    ...(lastSent === undefined ? [] : ['', `    sent  ${lastSent}`]),
    '',
    ...twoColumns(rows, width),
  ].join('\n')
}
