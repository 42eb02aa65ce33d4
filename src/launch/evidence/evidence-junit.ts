import XmlBuilder from 'fast-xml-builder'
import { printableText } from '../../at/syntax/printable.ts'
import type { Evidence } from '../../conformance/requirements.ts'
import { belowGrade, evidenceOrder, type RunEvidence } from './run-evidence.ts'

const builder = new XmlBuilder({
  preserveOrder: true,
  format: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: true,
})

interface Suite {
  readonly name: string
  readonly cases: readonly { readonly id: string; readonly what: string }[]
  /** What its cases fail with; none: they pass. */
  readonly failure?: string | undefined
}

/** JUnit XML: a suite a grade, a case a behaviour, which fails where it is known less well than `required`. */
export function evidenceJunit(evidence: RunEvidence, required: Evidence | undefined): string {
  const { tool, profile, behaviours, accepted, unknown } = evidence
  const failure = (is: string) => `${is}, and at least ${required} is required`
  const weak = (grade: Evidence) => required && evidenceOrder.indexOf(grade) > evidenceOrder.indexOf(required)
  const suites: readonly Suite[] = [
    ...evidenceOrder.map((grade) => ({
      name: `grade ${grade}`,
      cases: behaviours.filter((each) => each.grade === grade),
      failure: weak(grade) ? failure(`grade ${grade}`) : undefined,
    })),
    { name: 'accepted', cases: accepted, failure: required && failure('answered without effect') },
    {
      name: 'unknown',
      cases: unknown.map((name) => ({ id: `AT${name}`, what: 'answered ERROR' })),
      failure: required && failure('unknown here'),
    },
  ].filter(({ cases }) => cases.length > 0)
  const tests = suites.reduce((sum, { cases }) => sum + cases.length, 0)
  const failures = required === undefined ? 0 : belowGrade(evidence, required).length
  const name = text(`${tool} evidence, profile ${profile}`)
  return builder.build([
    element('?xml', { version: '1.0', encoding: 'UTF-8' }),
    element('testsuites', { name, tests, failures }, suites.map(suiteOf)),
  ])
}

const element = (
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly object[] = [],
) => ({
  [name]: content,
  ':@': attributes,
})

function suiteOf({ name, cases, failure }: Suite) {
  const content = failure === undefined ? [] : [element('failure', { message: text(failure) })]
  const tests = cases.map(({ id, what }) =>
    element(
      'testcase',
      { classname: `atmqtt.evidence.${name.replace(' ', '-')}`, name: text(`${id}: ${what}`) },
      content,
    ),
  )
  return element('testsuite', { name, tests: cases.length, failures: failure === undefined ? 0 : cases.length }, tests)
}

const text = (sentence: string): string => printableText(sentence)
