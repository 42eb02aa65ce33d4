import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { demoLogs } from '../../src/explain/demo-logs.ts'
import { Explainer, explain } from '../../src/explain/explain.ts'
import { textReport } from '../../src/explain/report/text-report.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { sessionOf } from './session.ts'
import { shapes } from './shapes/shapes.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../docs/reference/explain-report.schema.json', import.meta.url), 'utf8'),
)
const validate = new Ajv2020().compile(schema)
const logs = [
  '',
  'nothing to see here\n',
  ...demoLogs.map(({ text }) => text),
  ...rules.flatMap(({ examples }) => examples).map((example) => shapes.arduino!(sessionOf(example))),
]
const reports = logs.flatMap((log) => [explain(bytesOf(log)), explain(bytesOf(log), { all: true })])

test('the schema is that of every report', () => {
  for (const report of reports) {
    expect(validate(report)).toBe(true)
    expect(Object.keys(report)).toEqual(schema.required)
  }
  expect(reports.filter(({ findings }) => findings.length > 0).length).toBeGreaterThan(rules.length)
})

test('a report with a key more or less, or of another type, is not that of the schema', () => {
  const [report] = reports.filter(({ findings }) => findings.length > 0)
  expect(validate({ ...report, more: 1 })).toBe(false)
  expect(validate({ ...report, ladder: [] })).toBe(false)
  expect(validate({ ...report, findings: [{ ...report!.findings[0], severity: 'fatal' }] })).toBe(false)
})

test('every finding quotes rows that the report has, at most three of them', () => {
  for (const [i, { rows, findings, ladder }] of reports.entries()) {
    const known = new Set(rows.map(({ row }) => row))
    expect(findings.flatMap((finding) => finding.rows).filter((row) => !known.has(row))).toEqual([])
    expect(ladder.filter(({ row }) => row !== null && !known.has(row))).toEqual([])
    if (i % 2 === 0) expect(findings.length).toBeLessThanOrEqual(3)
  }
})

const plain = (text: string): string => text.replace(/\x1b\[[\d;]*m/g, '')

test('the text is at most 80 columns wide, also with colours, which change nothing but the colour', () => {
  for (const report of reports) {
    const text = textReport(report, { colour: false, width: 80 })
    const long = text.split('\n').filter((line) => line.length > 80 && /\s\S+\s/.test(line.trim()))
    expect(long).toEqual([])
    expect(plain(textReport(report, { colour: true, width: 80 }))).toBe(text)
  }
})

test('the first broken step is marked, and no other one', () => {
  for (const report of reports) {
    const marked = [...textReport(report, { colour: false, width: 80 }).matchAll(/\[x (\w+)\]/g)].map(
      ([, rung]) => rung,
    )
    const broken = report.ladder.find(({ state }) => state === 'fails')?.rung
    expect(marked.map((rung) => rung!.toLowerCase())).toEqual(broken ? [broken] : [])
  }
})

test('of a long log a page has the beginning, the end and the rows of findings', () => {
  const explainer = new Explainer({ keepsRows: true })
  const chatter = Array.from({ length: 6000 }, () => '> AT+CSQ\n< +CSQ: 21,99\n< OK\n')
  const middle = '> AT+CPIN?\n< +CME ERROR: SIM not inserted\n'
  explainer.feed(bytesOf([...chatter.slice(0, 3000), middle, ...chatter.slice(3000)].join('')))
  const report = explainer.end()
  const rows = explainer.rows(report)
  expect(report.findings.map(({ id }) => id)).toEqual(['sim-absent'])
  const numbers = rows.map(({ row }) => row)
  expect(numbers.length).toBeLessThan(8100)
  expect(numbers).toEqual(expect.arrayContaining([1, ...report.findings[0]!.rows, 18_002]))
  expect([...numbers].sort((one, other) => one - other)).toEqual(numbers)
})

test.each([
  ['a value in a wrong place', 'AT+CGAUTH=1,"hunter2"\nERROR\n'],
  ['a login in an address', 'AT+CMQTTCONNECT=0,"tcp://u:hunter2@b:1883",60,1\nERROR\nto mqtt://u:hunter2@b\n'],
  ['an address without a scheme', 'AT+CMQTTCONNECT=0,"hunter2@b",60,1\nERROR\n'],
  ['a second command in the line', 'AT+CPIN=hunter2;+CSQ=1\nERROR\n'],
  ['a PIN without a sign', 'AT+CPIN48151623\nERROR\n'],
  ['a line end in a command', 'AT+CMQTTCONNECT=0,"tcp://b",60,1,"u",\n"hunter2"\nERROR\n'],
  ['a line end behind the sign', 'TX: AT+CPIN=\nTX: hunter2\nRX: ERROR\n'],
])('no secret is in a report, its sentences and its page: %s', (_, log) => {
  const explainer = new Explainer({ all: true, keepsRows: true })
  explainer.feed(bytesOf(log))
  const report = explainer.end()
  const all = JSON.stringify([report, explainer.rows(report), textReport(report, { colour: false, width: 400 })])
  expect(all).not.toMatch(/hunter|481516/)
})
