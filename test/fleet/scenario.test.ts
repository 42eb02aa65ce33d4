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
  ['a name twice', small.replace('phases', '  - name: a\n    count: 1\nphases'), '4:11 another group is called a too'],
  [
    'a transcript without its file',
    small.replace('count: 2', 'count: 2\n    host: transcript'),
    '4:11 host: transcript and transcript: FILE go together',
  ],
  [
    'TLS at a broker without it',
    `broker: mqtt://localhost\n${small.replace('count: 2', 'count: 2\n    tls: {}')}`,
    '5:10 the broker is mqtt://: give mqtts://, or leave tls out',
  ],
  [
    'a certificate without its key',
    small.replace('count: 2', 'count: 2\n    tls: {cert: a.pem}'),
    '4:10 cert and key go together',
  ],
  [
    'two sources of certificates',
    small.replace('count: 2', 'count: 2\n    tls: {authority: ca, cert: a.pem, key: a.key}'),
    '4:10 authority issues certificates, cert names files',
  ],
  [
    'a firmware that resumes no session',
    small.replace('count: 2', 'count: 2\n    tls: {resume: true}'),
    '4:10 the firmware sim767x resumes no session: take ',
  ],
  [
    'an authority that is misspelt',
    small.replace('count: 2', 'count: 2\n    tls: {autority: ca}'),
    '4:11 there is no autority here',
  ],
  [
    'another place',
    small.replace('count: 2', 'count: 2\n    place: n').replace('{}', '{place: s}'),
    '9:26 no module is at s: give one of n',
  ],
  ['rate and over', small.replace('{}', '{rate: 1/s, over: 1s}'), '8:18 rate and over say the same'],
  [
    'a jitter above its period',
    `${small}      - publish: {every: 1s, jitter: 2s}\n`,
    '9:38 give a jitter of at most the time of every',
  ],
  [
    'a restart by half',
    `${small}    storm:\n      - brokerRestart: {down: 1s, stop: s}\n`,
    '10:24 stop and start go together',
  ],
  ['a period of 0', small.replace('1s', '0s'), '6:15 phases.duration: give a time that is not 0'],
  ['a rate of 0', small.replace('{}', '{rate: 0/s}'), '8:25 phases.do.connect.rate: give a rate that is not 0'],
  [
    'a share above all',
    small.replace('{}', '{share: 101%}'),
    '8:26 phases.do.connect.share: give a share of at most 100%',
  ],
  ['a share', small.replace('{}', '{share: half}'), '8:26 phases.do.connect.share: give a share such as 50%'],
  ['a word', `timing: slow\n${small}`, '1:9 timing: give one of instant, real'],
  ['a flag', small.replace('count: 2', 'count: 2\n    clean: maybe'), '4:12 groups.clean: give true or false'],
  ['a QoS', `${small}      - subscribe: {topic: t, qos: 3}\n`, '9:36 phases.do.subscribe.qos: give 0, 1 or 2'],
  ['an empty list', `sources: []\n${small}`, '1:10 sources: give at least one of addresses of this machine'],
  ['a list that is none', `sources: 1\n${small}`, '1:10 sources: give a list of addresses of this machine'],
  [
    'a text',
    small.replace('count: 2', 'count: 2\n    clientId: ""'),
    '4:15 groups.clientId: give a text that is not empty',
  ],
  [
    'a skew',
    `${small}    storm:\n      - clockSkew: {by: soon, for: 1s}\n`,
    '10:25 phases.storm.clockSkew.by: give a time with its unit and its sign',
  ],
  [
    'two storms in one',
    `${small}    storm:\n      - region: {for: 1s}\n        dns: {for: 1s}\n`,
    '10:9 phases.storm: give one of region, nat',
  ],
  [
    'a shape of reconnects',
    small.replace('count: 2', 'count: 2\n    reconnect: soon'),
    '4:16 groups.reconnect: give driver, none, never, {fixed: 5s}',
  ],
  [
    'places',
    small.replace('count: 2', 'count: 2\n    place: 3'),
    '4:12 groups.place: give a place, or places with shares',
  ],
  ['an expectation of another shape', `${small}expect: [3]\n`, '9:10 expect: give a text such as'],
  ['a limit that is none', `${small}expect: [recovery.t95 < 9x]\n`, '9:10 9x is no limit: give a number'],
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
