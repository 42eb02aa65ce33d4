import XmlBuilder from 'fast-xml-builder'
import { printableText } from '../../at/syntax/printable.ts'
import type { FleetReport } from './report-schema.ts'

const builder = new XmlBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  format: true,
  suppressEmptyNode: true,
})

/** JUnit XML: a test case an expectation. */
export function fleetJunit({ run, expect }: FleetReport): string {
  const counts = { '@tests': expect.length, '@failures': expect.filter(({ ok }) => !ok).length, '@errors': 0 }
  const time = Math.round(run.ms) / 1000
  const cases = expect.map((one) => ({
    '@classname': 'atmqtt.fleet',
    '@name': printableText(one.name),
    '@time': time,
    ...(one.ok ? {} : { failure: { '@message': printableText(missedText(one)) } }),
  }))
  const suite = { '@name': printableText(run.scenario), '@timestamp': run.startedAt, '@time': time, ...counts }
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { '@name': `${run.tool} fleet`, ...counts, testsuite: { ...suite, testcase: cases } },
  })
}

/** `is 12, expected < 5`. */
export const missedText = ({ value, compare, limit }: FleetReport['expect'][number]): string =>
  `is ${value === null ? 'not measured' : rounded(value)}, expected ${compare} ${limit === null ? 'what was not measured' : rounded(limit)}`

const rounded = (value: number): number => Math.round(value * 1000) / 1000
