import { describe, expect, test } from 'vitest'
import { causeText } from '../../src/at/adviser.ts'
import { profiles } from '../../src/at/public.ts'
import { demoLogs } from '../../src/explain/demo-logs.ts'
import { explain } from '../../src/explain/explain.ts'
import { LineAdviser } from '../../src/explain/line-adviser.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { recordSession } from './score/recorded-session.ts'
import { type SessionEvent, sessionOf } from './session.ts'
import { wire } from './shapes/shapes.ts'

/** Lets an adviser hear a session, in pieces of so many characters; what it told, and behind which line. */
function follow(adviser: LineAdviser, session: readonly SessionEvent[], cut = 1000): string[] {
  const told: string[] = []
  for (const event of session) {
    if (event.side === 'print') continue
    const text = wire(event)
    for (let at = 0; at < text.length; at += cut) adviser.hear(event.side, text.slice(at, at + cut), event.ms)
    told.push(...adviser.news().map(({ id }) => `${event.text}: ${id}`))
  }
  return told
}

const apn = sessionOf(`
> AT+CGDCONT=1,"IP","YourAPN"
< OK
> AT+CMQTTSTART
< +CMQTTSTART: 9
< ERROR
> AT+CMQTTSTART
< +CMQTTSTART: 9
< ERROR
`)

test.each([1, 5, 1000])('a cause is told once, when the line shows it, heard %i characters at a time', (cut) => {
  const adviser = new LineAdviser()
  expect(follow(adviser, apn, cut)).toEqual(['+CMQTTSTART: 9: apn-placeholder'])
  expect(adviser.end().findings.map(({ id }) => id)).toEqual(['apn-placeholder'])
})

test('rows are counted as lines of the host and of the module', () => {
  const adviser = new LineAdviser()
  follow(adviser, sessionOf('> AT+CPIN?\n< +CME ERROR: SIM not inserted\n> AT\n< OK'))
  expect(adviser.end()).toMatchObject({
    shape: 'line',
    rows: [
      { row: 1, side: 'host', text: 'AT+CPIN?' },
      { row: 3, side: 'module', text: '+CME ERROR: SIM not inserted' },
    ],
    findings: [{ id: 'sim-absent' }],
  })
})

test('what is not answered is told when a few commands were not, or at the end', () => {
  const silent = '> AT\n@+9s\n> AT\n@+9s\n> AT\n@+9s\n> AT'
  expect(follow(new LineAdviser(), sessionOf('> AT\n@+9s\n> AT'))).toEqual([])
  expect(follow(new LineAdviser(), sessionOf(`${silent}\n@+9s\n> AT`))).toEqual(['AT: no-answer'])
  const adviser = new LineAdviser()
  follow(adviser, sessionOf(silent))
  expect(adviser.end().findings.map(({ id }) => id)).toEqual(['no-answer'])
})

describe('a session in which nothing goes wrong: nothing above a note is told, at no moment', () => {
  test.each(Object.keys(profiles).flatMap((profile) => [1, 2].map((seed) => [profile, seed] as const)))(
    '%s, seed %i',
    (profile, seed) => {
      const adviser = new LineAdviser()
      expect(follow(adviser, recordSession({ profile, seed }))).toEqual([])
      expect(adviser.end().findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    },
  )
})

test('a near miss brings its cause while the line goes on only where the sequel takes it back', () => {
  const early = rules.filter(({ id, nearMisses }) =>
    nearMisses.some((miss) => follow(new LineAdviser(), sessionOf(miss)).some((told) => told.endsWith(`: ${id}`))),
  )
  const certain = early.filter(({ ways }) =>
    ways.every(({ forbids = [] }) => forbids.every(({ when }) => when === 'before')),
  )
  expect(certain.map(({ id }) => id)).toEqual([])
})

test('a line says what a log of the same session says', () => {
  const different = rules.flatMap(({ id, examples }) =>
    examples.filter((example) => {
      const session = sessionOf(example)
      if (session.some(({ side }) => side === 'print')) return false
      const adviser = new LineAdviser()
      follow(adviser, session)
      return !adviser.end().findings.some((finding) => finding.id === id)
    }),
  )
  expect(different).toEqual([])
})

test('a virtual module reaches what this machine reaches: no private address is blamed', () => {
  const session = sessionOf(
    '> AT+CMQTTACCQ=0,"a",0\n< OK\n> AT+CMQTTCONNECT=0,"tcp://192.168.1.9:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,3',
  )
  const ids = (adviser: LineAdviser) => {
    follow(adviser, session)
    return adviser.end().findings.map(({ id }) => id)
  }
  expect(ids(new LineAdviser())).toEqual(['private-address'])
  expect(ids(new LineAdviser(profiles.sim767x))).not.toContain('private-address')
})

test('a long line is followed in bounded memory and tells the same', () => {
  const adviser = new LineAdviser()
  for (let i = 0; i < 2000; i++) {
    adviser.hear('host', 'AT+CSQ\r', i * 100)
    adviser.hear('module', '\r\n+CSQ: 21,99\r\n\r\nOK\r\n', i * 100 + 20)
  }
  follow(adviser, apn)
  expect(adviser.end().findings.map(({ id }) => id)).toEqual(['apn-placeholder'])
})

test('a cause in one line', () => {
  const [finding] = explain(demoLogs[0]!.text).findings
  expect(causeText(finding!)).toMatch(
    /^The APN is still the placeholder of the example \(apn-placeholder\)\. Put the APN/,
  )
})
