import { describe, expect, test } from 'vitest'
import {
  broker,
  ERROR,
  OK,
  okThen,
  PROMPT,
  type PureModule,
  pureModule,
  refused,
  said,
} from '../../../test/support/pure-module.ts'

const topic = (m: PureModule, text: string) => m.prompted(`+CMQTTTOPIC=0,${text.length}`, text)
const payload = (m: PureModule, text: string) => m.prompted(`+CMQTTPAYLOAD=0,${text.length}`, text)
const willTopic = (m: PureModule, text: string) => m.prompted(`+CMQTTWILLTOPIC=0,${text.length}`, text)
const willMessage = (m: PureModule, text: string) => m.prompted(`+CMQTTWILLMSG=0,${text.length},1`, text)
const sentTexts = (m: PureModule) => m.sent().map(({ body }) => body.toString('latin1'))
const row = (m: PureModule, name: string, index = 0) => m.at(`+CMQTT${name}?`).split('\r\n')[1 + index]
const connectBody = (m: PureModule) => {
  m.at('+CMQTTCONNECT=0,"tcp://broker.example",60,1')
  return m.opened().sent()[0]!.body.toString('latin1')
}

describe('staged topic and payload', () => {
  test('are cleared by a PUB that was accepted with OK', () => {
    const m = pureModule().connected()
    topic(m, 'one')
    payload(m, 'p')
    m.at('+CMQTTPUB=0,0,60')
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(refused('+CMQTTPUB: 0,18'))
    topic(m, 'two')
    m.at('+CMQTTPUB=0,0,60')
    expect(sentTexts(m)).toEqual(['\0\x03onep', '\0\x03two'])
  })
  test('a PUB answered ERROR clears nothing [life-2]', () => {
    const m = pureModule().connected()
    topic(m, 't')
    payload(m, 'p')
    expect(m.at('+CMQTTPUB=0,3,60')).toBe(ERROR)
    expect(m.at('+CMQTTPUB=0,0,59')).toBe(ERROR)
    m.ended('closed')
    m.got()
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(refused('+CMQTTPUB: 0,11'))
    m.connected()
    m.at('+CMQTTPUB=0,0,60')
    expect(sentTexts(m)).toEqual(['\0\x01tp'])
  })
  test('a PUB that fails later has cleared them all the same', () => {
    const m = pureModule().connected()
    topic(m, 't')
    expect(m.at('+CMQTTPUB=0,1,60')).toBe(OK)
    m.advance(60_000)
    expect(m.got()).toBe(said('+CMQTTPUB: 0,17'))
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(refused('+CMQTTPUB: 0,18'))
  })
  test('a new one replaces the earlier one', () => {
    const m = pureModule().connected()
    for (const text of ['a', 'bb']) topic(m, text)
    for (const text of ['x', 'yy']) payload(m, text)
    m.at('+CMQTTPUB=0,0,60')
    expect(sentTexts(m)).toEqual(['\0\x02bbyy'])
  })
  test('are each client’s own', () => {
    const m = pureModule().connected(0).connected(1)
    topic(m, 't')
    expect(m.at('+CMQTTPUB=1,0,60')).toBe(refused('+CMQTTPUB: 1,18'))
  })
})

test('a new will topic or will message replaces the earlier one [life-3]', () => {
  const m = pureModule().acquired()
  for (const text of ['a', 'bb']) willTopic(m, text)
  for (const text of ['x', 'yy']) willMessage(m, text)
  expect(connectBody(m)).toContain('client0\0\x02bb\0\x02yy')
})

test('long SUB and UNSUB keep nothing afterwards [life-4]', () => {
  const m = pureModule().connected()
  m.prompted('+CMQTTSUB=0,1,0', 't')
  m.receives(broker.suback(1))
  m.got()
  m.sent()
  expect(m.at('+CMQTTUNSUB=0,0')).toBe(okThen('+CMQTTUNSUB: 0,0'))
  expect(m.at('+CMQTTPUB=0,0,60')).toBe(refused('+CMQTTPUB: 0,18'))
  expect(m.sent()).toEqual([])
})

describe('the SSL binding', () => {
  const bound = (m: PureModule) => row(m, 'SSLCFG')
  test('is cleared by a failed CONNECT [life-10 2.2.5-r8]', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTSSLCFG=0,5')
    m.connecting().receives(broker.connack(2))
    m.got()
    expect(bound(m)).toBe('+CMQTTSSLCFG: 0,0')
  })
  test('is cleared by DISC, not by a successful CONNECT [life-10 2.2.5-r9]', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTSSLCFG=0,5')
    m.connected()
    expect(bound(m)).toBe('+CMQTTSSLCFG: 0,5')
    m.at('+CMQTTDISC=0')
    expect(bound(m)).toBe('+CMQTTSSLCFG: 0,0')
  })
  test('stays through CONNLOST', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTSSLCFG=0,5')
    m.connected().ended('closed')
    m.got()
    expect(bound(m)).toBe('+CMQTTSSLCFG: 0,5')
  })
})

describe('a failed CONNECT, CONNLOST and DISC clear nothing else [life-15 life-16]', () => {
  test.each([
    ['a failed CONNECT', (m: PureModule) => m.connecting().receives(broker.connack(4))],
    ['CONNLOST', (m: PureModule) => m.connected().ended('reset')],
    ['DISC', (m: PureModule) => void m.connected().at('+CMQTTDISC=0')],
  ])('%s', (_, end) => {
    const m = pureModule().acquired()
    willTopic(m, 'will')
    willMessage(m, 'gone')
    m.at('+CMQTTCFG="optimeout",0,33;+CMQTTCFG="version",0,4')
    topic(m, 'staged')
    end(m)
    m.got()
    m.sent()
    expect(row(m, 'CFG')).toBe('+CMQTTCFG: 0,1,33')
    expect(connectBody(m)).toMatch(/^\0\x04MQTT\x04.*client0\0\x04will\0\x04gone$/s)
    m.receives(broker.connack())
    m.got()
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(okThen('+CMQTTPUB: 0,0'))
    expect(sentTexts(m)).toEqual(['\0\x06staged'])
  })

  test('the will goes out with every CONNECT [life-7]', () => {
    const m = pureModule().acquired()
    willTopic(m, 'w')
    for (let i = 0; i < 3; i++) {
      expect(connectBody(m)).toContain('\0\x01w\0\0')
      m.receives(broker.connack()).ended('closed')
    }
  })

  test('the topic list of SUB? stays through CONNLOST and DISC [life-12]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTSUB=0,1,0', 't')
    m.receives(broker.suback(1)).ended('closed')
    m.connected().at('+CMQTTDISC=0')
    m.got()
    expect(m.at('+CMQTTSUB?')).toBe(`\r\n+CMQTTSUB:\r\nt\r\n${OK}`)
  })
})

describe('REL, STOP and NONET clear will, configuration, staged data, binding, topic list [life-7 life-8 life-9 life-11 life-12]', () => {
  test.each([
    ['REL', (m: PureModule) => m.at('+CMQTTDISC=0;+CMQTTREL=0')],
    ['REL, STOP, START', (m: PureModule) => m.at('+CMQTTDISC=0;+CMQTTREL=0;+CMQTTSTOP;+CMQTTSTART')],
    ['NONET', (m: PureModule) => m.at('+CGACT=0,1') + m.at('+CMQTTSTART')],
  ])('%s', (_, end) => {
    const m = pureModule().acquired()
    willTopic(m, 'w')
    m.at('+CMQTTCFG="optimeout",0,33;+CMQTTCFG="checkUTF8",0,0;+CMQTTCFG="version",0,4;+CMQTTSSLCFG=0,5')
    m.connected()
    m.prompted('+CMQTTSUB=0,1,0', 't')
    m.receives(broker.suback(1))
    topic(m, 'staged')
    end(m)
    m.got()
    m.acquired()
    expect(row(m, 'CFG')).toBe('+CMQTTCFG: 0,1,120')
    expect(row(m, 'SSLCFG')).toBe('+CMQTTSSLCFG: 0,0')
    expect(m.at('+CMQTTSUB?')).toBe(`\r\n+CMQTTSUB:\r\n${OK}`)
    m.sent()
    expect(connectBody(m)).toBe('\0\x06MQIsdp\x03\x02\0\x3c\0\x07client0')
    m.receives(broker.connack())
    m.got()
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(refused('+CMQTTPUB: 0,18'))
  })

  test('a binding made before ACCQ goes with STOP', () => {
    const m = pureModule()
    m.at('+CMQTTSTART')
    m.at('+CMQTTSSLCFG=1,5;+CMQTTSTOP;+CMQTTSTART')
    expect(row(m, 'SSLCFG', 1)).toBe('+CMQTTSSLCFG: 1,0')
  })
})

test('a prompt that opened before the client was released and acquired again stages for the new one', () => {
  const m = pureModule().attach(2).acquired()
  expect(m.at('+CMQTTTOPIC=0,1')).toBe(PROMPT)
  m.at('+CMQTTREL=0;+CMQTTACCQ=0,"other"', 2)
  expect(m.type('t')).toBe(OK)
})
