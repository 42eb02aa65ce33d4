import { describe, expect, test } from 'vitest'
import { broker, OK, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'
import { lingerMs } from './disconnecting.ts'

/** What the last input did to sockets. */
const done = (m: PureModule) =>
  m.effects.filter(({ type }) => type === 'destroy' || type === 'close' || type === 'dial')

/** How it has given sockets up. */
const given = (m: PureModule) => m.effects.filter(({ type }) => type === 'destroy' || type === 'abandon')

const connecting = () => {
  const m = pureModule().acquired()
  m.at('+CMQTTCONNECT=0,"tcp://b.example",60,1')
  return m
}

test('a CONNECT that fails gives its socket up', () => {
  for (const fail of [
    (m: PureModule) => m.input({ type: 'failed', connection: m.connection, reason: 'connect', detail: 'x' }),
    (m: PureModule) => m.opened().receives(broker.connack(5)),
    (m: PureModule) => m.opened().receives(broker.pingresp()),
  ]) {
    const m = connecting()
    fail(m)
    expect(done(m)).toEqual([{ type: 'destroy', connection: m.connection }])
    expect(m.got()).toMatch(/^\r\n\+CMQTTCONNECT: 0,[1-9]\d*\r\n$/)
  }
})

test('DISC lets the socket send what it has, once the DISCONNECT is in it', () => {
  const m = pureModule().connected()
  expect(m.at('+CMQTTDISC=0,60')).toBe(OK + said('+CMQTTDISC: 0,0'))
  expect(done(m)).toEqual([{ type: 'close', connection: m.connection, graceMs: lingerMs }])
})

test('a DISC that waits for the socket too long gives it up', () => {
  const m = pureModule().connected()
  m.congested(true)
  m.at('+CMQTTDISC=0,60')
  expect(done(m)).toEqual([])
  m.advance(59_999)
  expect([m.got(), done(m)]).toEqual(['', []])
  m.advance(1)
  expect(done(m)).toEqual([{ type: 'destroy', connection: m.connection }])
  expect(m.got()).toMatch(/\+CMQTTDISC: 0,[1-9]\d*\r\n$/)
})

test('a connection that is lost is given up', () => {
  const m = pureModule().connected()
  m.ended('closed')
  expect(m.got()).toBe(said('+CMQTTCONNLOST: 0,1'))
  expect(done(m)).toEqual([{ type: 'destroy', connection: m.connection }])
})

test.each([
  ['authmode', 0, { authMode: 0 }],
  ['ignorelocaltime', 0, { ignoreLocalTime: false }],
  ['ignorelocaltime', 1, { ignoreLocalTime: true }],
  ['enableSNI', 0, { enableSni: false }],
  ['enableSNI', 1, { enableSni: true }],
  ['negotiatetime', 77, { negotiateTimeMs: 77_000 }],
  ['sslversion', 3, { sslVersion: 3 }],
])('AT+CSSLCFG="%s",0,%i is what the socket is told', (setting, value, told) => {
  const m = pureModule()
  m.at('+CMQTTSTART')
  m.at('+CMQTTACCQ=0,"c",1')
  expect(m.at(`+CSSLCFG="${setting}",0,${value}`)).toBe(OK)
  m.at('+CMQTTSSLCFG=0,0')
  m.at('+CMQTTCONNECT=0,"tcp://b.example",60,1')
  expect(m.dialled.at(-1)?.tls).toMatchObject(told)
})

/** Each of them ends the connection of whatever the client is doing. */
const losses: [string, (m: PureModule, announce?: boolean) => unknown][] = [
  ['coverage', (m, announce = false) => m.input({ type: 'network', coverage: 'down', announce })],
  ['registration', (m, announce = false) => m.input({ type: 'radio', change: { admits: 'denied' }, announce })],
  ['the SIM', (m, announce = false) => m.input({ type: 'sim', action: 'remove', announce })],
  ['power', (m, announce = false) => m.input({ type: 'power', on: false, announce })],
  ['everything, for a reset', (m, announce = false) => m.input({ type: 'reset', announce })],
]
const clients: [string, () => PureModule][] = [
  ['dials', connecting],
  ['waits for CONNACK', () => connecting().opened()],
  ['is connected', () => pureModule().connected()],
  [
    'waits for DISC to be sent',
    () => {
      const m = pureModule().connected()
      m.congested(true)
      m.at('+CMQTTDISC=0,60')
      return m
    },
  ],
]

describe.each(losses)('%s is lost', (_, lose) => {
  test.each(clients)(
    'a client that %s leaves its socket; announced, it is destroyed [conn-46 conn-48]',
    (__, client) => {
      const silent = client()
      lose(silent)
      expect(given(silent)).toEqual([{ type: 'abandon', connection: silent.connection }])
      const announced = client()
      lose(announced, true)
      expect(given(announced)).toEqual([{ type: 'destroy', connection: announced.connection }])
    },
  )
})

test.each(['+CFUN=0', '+CFUN=4', '+CGACT=0,1', '+CGATT=0', '+CRESET', '+CPOF', '+CGDCONT=1', '+COPS=2'])(
  'AT%s leaves the socket [conn-46]',
  (command) => {
    const m = pureModule().connected()
    m.at(command)
    expect(given(m)).toEqual([{ type: 'abandon', connection: m.connection }])
  },
)

/** Announcing counts for its own input alone. */
test('a loss behind an announced one is silent again', () => {
  const m = pureModule().connected()
  m.input({ type: 'radio', change: { signal: 3 }, announce: true })
  m.input({ type: 'network', coverage: 'down' })
  expect(given(m)).toEqual([{ type: 'abandon', connection: m.connection }])
})
