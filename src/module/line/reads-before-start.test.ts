import { expect, test } from 'vitest'
import { ERROR, OK, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'
import { type Profile, profiles } from '../../at/public.ts'

const listing = (name: string): Profile => {
  const profile = profiles[name]!
  return { ...profile, mqtt: { ...profile.mqtt, readsBeforeStart: 'list' } }
}
const reads = ['ACCQ', 'REL', 'SSLCFG', 'CONNECT', 'DISC', 'SUB', 'CFG']
const answers = (m: PureModule): readonly string[] => reads.map((name) => m.at(`+CMQTT${name}?`))

test.each(Object.keys(profiles))(
  '%s: with the trait `list`, what is read before START is as right after it [prof-65]',
  (name) => {
    const started = pureModule({ profile: profiles[name]! })
    started.at('+CMQTTSTART')
    const m = pureModule({ profile: listing(name) })
    expect(answers(m)).toEqual(answers(started))
    expect(m.at('+CMQTTDISC?')).toBe(`\r\n+CMQTTDISC: 0,1\r\n+CMQTTDISC: 1,1\r\n${OK}`)
    for (const typed of ['ACCQ=0,"a"', 'DISC=0,60', 'REL=0']) expect(m.at(`+CMQTT${typed}`)).toBe(ERROR)
    expect(m.logged).toEqual([])
  },
)

test('a host that waits for the list gets it, and goes on', () => {
  const m = pureModule({ profile: listing('sim7600') })
  expect(m.at('+CMQTTDISC?')).toContain('+CMQTTDISC: 0,1')
  expect(m.at('+CMQTTSTART')).toContain(said('+CMQTTSTART: 0'))
})

test('after three refusals of one read form the log names the trait, once; others do not count [prof-66]', () => {
  const m = pureModule()
  for (const name of ['ACCQ', 'DISC', 'ACCQ']) expect(m.at(`+CMQTT${name}?`)).toBe(ERROR)
  expect(m.logged).toEqual([])
  m.at('+CMQTTACCQ?')
  expect(m.logged).toEqual([expect.stringMatching(/^AT\+CMQTTACCQ\? .* 3 times.*"readsBeforeStart": "list"/)])
  m.at('+CMQTTACCQ?')
  expect(m.logs.map(({ level }) => level)).toEqual(['warn'])
})

test('a service that was started in between begins the count anew', () => {
  const m = pureModule()
  for (const command of ['ACCQ?', 'ACCQ?', 'START', 'ACCQ?', 'STOP', 'ACCQ?']) m.at(`+CMQTT${command}`)
  expect(m.logged).toEqual([])
})

test('in real timing each refusal counts once', () => {
  const m = pureModule({ timing: 'real' }).advance(60_000)
  for (let i = 0; i < 2; i++) {
    m.at('+CMQTTACCQ?')
    m.advance(100)
  }
  expect(m.logged).toEqual([])
  m.at('+CMQTTACCQ?')
  m.advance(100)
  expect(m.logged).toHaveLength(1)
})
