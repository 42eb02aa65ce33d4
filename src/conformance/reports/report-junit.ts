import junitModule from 'junit-report-builder'
import { printableText } from '../../at/syntax/printable.ts'
import { twoColumns } from '../../transcript/language/columns.ts'
import type { CaseReport, FailureReport, Report, SectionReport } from './report.ts'

/** Its types describe a default export inside the default export; at run time the default is the builder itself. */
const junit = junitModule as unknown as typeof junitModule.default

/** JUnit XML: one suite per section. The reason of a skipped case stands in its `system-out`. */
export function reportJunit({ sections, tool, module, profile, startedAt }: Report): string {
  const builder = junit.newBuilder().name(xmlText(`${tool} conformance: ${module}, ${profile}`))
  for (const section of sections) addSection(builder, section, startedAt)
  return builder.build()
}

type Builder = ReturnType<typeof junit.newBuilder>
type Suite = ReturnType<Builder['testSuite']>

function addSection(builder: Builder, { section, title, cases }: SectionReport, startedAt: string): void {
  const name = [section, title].filter(Boolean).join(' ')
  const seconds = cases.reduce((sum, { ms }) => sum + ms, 0) / 1000
  const suite = builder.testSuite().name(xmlText(name)).timestamp(startedAt).time(seconds)
  for (const one of cases) addCase(suite, one)
}

function addCase(suite: Suite, one: CaseReport): void {
  const { title, file, line, ms, outcome, reason, failure } = one
  const added = suite
    .testCase()
    .className(xmlText(`atmqtt.${file.replace(/\.at$/, '').replaceAll('.', '-')}`))
    .name(xmlText(`${title} (${file}:${line})`))
    .file(xmlText(file))
    .time(ms / 1000)
  if (outcome === 'skipped') added.skipped().standardOutput(reason === undefined ? undefined : xmlText(reason))
  if (failure)
    added
      .failure(xmlText(`${failure.file}:${failure.line}: the answer differs`))
      .stacktrace(xmlText(failureText(failure)))
}

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
