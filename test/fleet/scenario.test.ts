import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scenarioJsonSchema } from '../../src/fleet/scenario/json-schema.ts'
import { readScenario } from '../../src/fleet/scenario/read-scenario.ts'
import { durationOf, moduleCount, type Scenario } from '../../src/fleet/scenario/scenario.ts'
import { scenarioTemplate } from '../../src/fleet/scenario/template.ts'

const small = `groups:
  - name: a
    count: 2
phases:
  - name: one
    duration: 1s
    do:
      - connect: {}
`

function scenarioOf(text: string): Scenario {
  const read = readScenario(text)
  expect(read).toMatchObject({ ok: true })
  return (read as { readonly scenario: Scenario }).scenario
}

function mistakesOf(text: string): readonly string[] {
  const read = readScenario(text)
  return read.ok ? [] : read.mistakes.map(({ line, column, sentence }) => `${line}:${column} ${sentence}`)
}

test('defaults are filled in', () => {
  const scenario = scenarioOf(small)
  expect(scenario).toMatchObject({ seed: 1, broker: { kind: 'embedded' }, timing: 'instant', sources: [], expect: [] })
  expect(scenario.groups).toEqual([
    {
      ...{ name: 'a', count: 2, profile: 'sim767x', host: 'lean', transcript: null, places: [] },
      ...{ clientId: 'a-{index}', keepAliveMs: 60_000, clean: true, username: null, password: null },
      ...{ will: null, tls: null, reconnect: { kind: 'driver' } },
    },
  ])
  expect(scenario.phases[0]).toMatchObject({ startMs: 0, durationMs: 1000, storms: [] })
  expect(scenario.phases[0]!.actions).toEqual([
    { kind: 'connect', groups: [], place: null, share: 1, overMs: 0, rate: null },
  ])
})

test('units are read: times in ms, rates a second, shares from 0 to 1', () => {
  const text = `${small}      - publish: {every: 2m, jitter: 1.5s, share: 12.5%}\n    storm:\n      - region: {for: 2h, at: 250ms}\nexpect: [recovery.t95 < 60s, connected.up >= 99% of modules, generator.valid == true]\n`
  const { phases, expect: wanted } = scenarioOf(text.replace('connect: {}', 'connect: {rate: 30/m}'))
  expect(phases[0]!.actions).toMatchObject([
    { rate: 0.5 },
    { everyMs: 120_000, jitterMs: 1500, share: 0.125, forMs: 1000, topic: 'fleet/{run}/{client}' },
  ])
  expect(phases[0]!.storms).toMatchObject([{ kind: 'region', name: 'one: region', atMs: 250, forMs: 7_200_000 }])
  expect(wanted).toEqual([
    { name: 'recovery.t95 < 60s', key: 'recovery.t95', compare: '<', limit: 60_000 },
    {
      name: 'connected.up >= 99% of modules',
      key: 'connected.up',
      compare: '>=',
      limit: { share: 0.99, of: 'modules' },
    },
    { name: 'generator.valid == true', key: 'generator.valid', compare: '==', limit: 1 },
  ])
})

test('what init writes is a scenario, also for the JSON schema', () => {
  const scenario = scenarioOf(scenarioTemplate)
  expect([moduleCount(scenario), durationOf(scenario)]).toEqual([200, 30_000])
  const validate = new Ajv({ strict: false }).compile(scenarioJsonSchema())
  expect(validate(parse(scenarioTemplate))).toBe(true)
  expect(validate({ ...parse(scenarioTemplate), phase: [] })).toBe(false)
  expect(validate(parse(scenarioTemplate.replace('rate: 100/s', 'rate: fast')))).toBe(false)
})

test.each<[what: string, text: string, mistake: string]>([
  [
    'no YAML',
    'groups: [',
    '1:10 this is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['an empty file', '', '1:1 give keys and values, of name, seed, broker, timing, sources, groups, phases, expect'],
  ['a key that is missing', small.replace('    count: 2\n', ''), '2:5 count is missing: give it'],
  [
    'a key that is misspelt',
    small.replace('count', 'colour: red\n    count'),
    '3:5 there is no colour here: give one of name, count, profile',
  ],
  ['a number that is a text', small.replace('2', 'two'), '3:12 groups.count: give a whole number from 1 to 1000000'],
  [
    'a time without a unit',
    small.replace('1s', '10'),
    '6:15 phases.duration: give a time with its unit, such as 500ms',
  ],
  [
    'two actions in one',
    small.replace('{}', '{}\n        verify: {}'),
    '8:9 phases.do: give one of connect, disconnect',
  ],
  ['a rate', small.replace('{}', '{rate: fast}'), '8:25 phases.do.connect.rate: give a number a second or a minute'],
  ['a group that is not there', small.replace('{}', '{groups: b}'), '8:27 there is no group b: give one of a'],
  [
    'a place that is not there',
    small.replace('{}', '{place: north}'),
    '8:26 no module is at north: no group has a place',
  ],
  [
    'IDs that are the same',
    `${small.replace('count: 2', 'count: 2\n    clientId: same')}`,
    '4:15 modules would have the same ID',
  ],
  ['a broker', `broker: localhost\n${small}`, '1:9 give embedded, mqtt://HOST[:PORT] or mqtts://HOST[:PORT]'],
  ['TLS without tls', `broker: mqtts://localhost\n${small}`, '3:11 the broker is mqtts://: give this group tls: {}'],
  [
    'a restart of a foreign broker',
    `broker: mqtt://h\n${small}    storm:\n      - brokerRestart: {down: 1s}\n`,
    "11:24 this broker is not the run's own",
  ],
  ['an expectation', `${small}expect: [fast]\n`, '9:10 write a key of the report, one of < <= == >= >'],
  [
    'a key of the report',
    `${small}expect: [recovery.t90 < 1s]\n`,
    '9:10 the report has no recovery.t90: give one of recovery.t50, recovery.t95, recovery.t100',
  ],
  ['a limit', `${small}expect:\n  - recovery.t95 < soon\n`, '10:5 the report has no soon'],
  [
    'shares of places',
    small.replace('count: 2', 'count: 2\n    place: {n: 50%, s: 20%}'),
    '4:12 the shares of the places are 70% together',
  ],
  ['no connect', small.replace('connect', 'verify'), '5:5 no phase connects'],
])('a mistake is told with its line and column: %s', (_, text, mistake) => {
  const mistakes = mistakesOf(text)
  expect(mistakes).toHaveLength(1)
  expect(mistakes[0]).toContain(mistake)
})

test('all mistakes are told, in the order of the lines', () => {
  const text = small.replace('count: 2', 'count: 0').replace('1s', 'long')
  expect(mistakesOf(text).map((mistake) => mistake.split(' ')[0])).toEqual(['3:12', '6:15'])
})
