import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { looksFor, viewOf } from '../../src/explain/conclude.ts'
import { explain } from '../../src/explain/explain.ts'
import { FactStore } from '../../src/explain/facts/fact-store.ts'
import type { FactView } from '../../src/explain/facts/fact-view.ts'
import { matchRule } from '../../src/explain/matching/match.ts'
import { LogReading } from '../../src/explain/read-session.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { sessionOf } from './session.ts'
import { shapes } from './shapes/shapes.ts'
import { wayExamples, wayLogs } from './way-examples.ts'

/** With times, without times, and with line ends. */
const written = (session: string): readonly string[] =>
  ['espLog', 'arrows', 'trace', 'localised'].map((shape) => shapes[shape]!(sessionOf(session)))

function viewOfLog(log: string): FactView {
  const store = new FactStore()
  const reading = new LogReading({ tell: (fact) => store.add(fact), looksFor })
  reading.feed(bytesOf(log))
  reading.end()
  return viewOf(store)
}

/** Of the way's own example. */
function logsOf(key: string): readonly string[] {
  const example = wayExamples[key]
  return example === undefined ? (wayLogs[key] ?? []) : written(example)
}

const own = rules.filter(({ id }) => !/^err-\d+$/.test(id))

describe.each(own.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const views = rule.examples.flatMap(written).map(viewOfLog)

  test.each(rule.ways.map((way, i) => [i + 1, way] as const))('way %i is the way of an example', (number, way) => {
    const logs = logsOf(`${id} ${number}`)
    const goes = (view: FactView) => matchRule({ ...rule, ways: [way] }, view) !== undefined
    expect([...views, ...logs.map(viewOfLog)].some(goes)).toBe(true)
    const told = logs.filter((log) => explain(bytesOf(log)).findings.some((finding) => finding.id === id))
    expect(told.length).toBeGreaterThanOrEqual(Math.min(2, logs.length))
  })
})

test('each example for a way is of one that there is, and that the examples of its rule do not show', () => {
  const needless = Object.keys(wayExamples).filter((key) => {
    const [id = '', number = ''] = key.split(' ')
    const rule = own.find((each) => each.id === id)
    const way = rule?.ways[Number(number) - 1]
    return !way || rule.examples.flatMap(written).some((log) => matchRule({ ...rule, ways: [way] }, viewOfLog(log)))
  })
  expect(needless).toEqual([])
})
