import { describe, expect, test } from 'vitest'
import { word, writePacket } from '../../../test/support/mqtt-bytes.ts'
import {
  broker,
  ERROR,
  OK,
  okThen,
  type PureModule,
  pureModule,
  refused,
  said,
} from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

const a76xx = () => pureModule({ profile: profiles.a76xx! }).acquired()
const on = (flags = '1') => {
  const m = a76xx()
  expect(m.at(`+CMQTTCFG="argtopic",0,${flags}`)).toBe(OK)
  return m.connected()
}
const message = (topic: string, payload: string) =>
  writePacket(0x30, word(topic.length), Buffer.from(topic, 'latin1'), Buffer.from(payload, 'latin1'))
const raw = (m: PureModule) => m.sent().map(({ raw }) => raw.toString('latin1'))

describe('argtopic 1', () => {
  test('SUB with the topic in quotes', () => {
    const m = on()
    expect(m.at('+CMQTTSUB=0,"a,b/#",1')).toBe(OK)
    expect(raw(m)).toEqual(['\x82\x0a\0\x01\0\x05a,b/#\x01'])
    m.receives(broker.suback(1))
    expect(m.got()).toBe(said('+CMQTTSUB: 0,0'))
    expect(m.at('+CMQTTSUB?')).toBe(`\r\n+CMQTTSUB:\r\na,b/#\r\n${OK}`)
  })
  test.each(['', ',0', ',1'])('UNSUB with the topic in quotes%s', (dup) => {
    const m = on()
    expect(m.at(`+CMQTTUNSUB=0,"t"${dup}`)).toBe(OK)
    m.receives(broker.unsuback(1))
    expect(m.got()).toBe(said('+CMQTTUNSUB: 0,0'))
  })
  test('PUB with the topic in quotes prompts for the payload and uses nothing that was input [prof-37 prof-40]', () => {
    const m = on()
    m.prompted('+CMQTTTOPIC=0,6', 'staged')
    expect(m.at('+CMQTTPUB=0,"t",0,5,1')).toBe('\r\n>')
    expect(m.type('hello')).toBe(okThen('+CMQTTPUB: 0,0'))
    expect(raw(m)).toEqual(['\x31\x08\0\x01thello'])
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(okThen('+CMQTTPUB: 0,0'))
    expect(raw(m)).toEqual(['\x30\x08\0\x06staged'])
  })
  test('PUB of QoS 1: OK behind the data, the result with PUBACK; bounded by optimeout [prof-40]', () => {
    const m = on()
    expect(m.prompted('+CMQTTPUB=0,"t",1,1', 'x')).toBe(`\r\n>${OK}`)
    m.receives(broker.puback(1))
    expect(m.got()).toBe(said('+CMQTTPUB: 0,0'))
    m.prompted('+CMQTTPUB=0,"t",1,1', 'x')
    expect(m.advance(119_999).got()).toBe('')
    expect(m.advance(1).got()).toBe(said('+CMQTTPUB: 0,17'))
  })
  test('a message comes as one line, whatever its bytes are [prof-38]', () => {
    const m = on()
    m.receives(message('a/b', 'x"\r\n\xff'))
    expect(m.got()).toBe('\r\n+CMQTTRECV: 0,"a/b","x"\r\n\xff"\r\n')
    m.receives(message('a', ''))
    expect(m.got()).toBe('\r\n+CMQTTRECV: 0,"a",""\r\n')
    m.receives(message('a', 'p'.repeat(10_240)))
    expect(m.got()).toBe(`\r\n+CMQTTRECV: 0,"a","${'p'.repeat(10_240)}"\r\n`)
    m.receives(message('a', 'p'.repeat(10_241)))
    expect(m.got()).toBe('')
  })
  test('the second flag shows the length', () => {
    const m = on('1,1')
    m.receives(message('a', 'xyz'))
    expect(m.got()).toBe('\r\n+CMQTTRECV: 0,"a",3,"xyz"\r\n')
  })
  test('the plain forms go on', () => {
    const m = on()
    expect(m.prompted('+CMQTTSUB=0,1,0', 't')).toBe(`\r\n>${OK}`)
  })
  test('is each client’s own', () => {
    const m = on().connected(1)
    expect(m.at('+CMQTTSUB=1,"t",0')).toBe(ERROR)
    m.receives(message('a', 'x'))
    expect(m.got()).toContain('+CMQTTRXSTART: 1,1,1')
  })
  test('checks: ranges, topics, state [prof-37 prof-41]', () => {
    const m = on()
    const long = 'x'.repeat(501)
    for (const typed of [
      `SUB=0,"${long}",0`,
      'SUB=0,"t",3',
      'SUB=0,"t",0,0',
      'SUB=0,"",0',
      'UNSUB=0,"t",2',
      'SUB=0,t,0',
    ])
      expect([typed, m.at(`+CMQTT${typed}`)]).toEqual([typed, ERROR])
    for (const typed of ['PUB=0,"t",0,0', 'PUB=0,"t",0,10241', 'PUB=0,"t",0,1,2', 'PUB=0,"t",0,1,0,0', 'PUB=0,"t",0'])
      expect([typed, m.at(`+CMQTT${typed}`)]).toEqual([typed, ERROR])
    expect(m.at(`+CMQTTSUB=0,"${long.slice(1)}",0`)).toBe(OK)
    expect(m.at('+CMQTTSUB=0,"t",0')).toBe(refused('+CMQTTSUB: 0,14'))
    m.receives(broker.suback(1))
    m.got()
    expect(m.at('+CMQTTSUB=0,"a#",0')).toBe(refused('+CMQTTSUB: 0,12'))
    expect(m.at('+CMQTTPUB=0,"a/+",0,1')).toBe(refused('+CMQTTPUB: 0,12'))
    expect(m.at('+CMQTTUNSUB=0,"\xff"')).toBe(refused('+CMQTTUNSUB: 0,2'))
    m.ended('closed')
    m.got()
    expect(m.at('+CMQTTPUB=0,"t",0,1')).toBe(refused('+CMQTTPUB: 0,11'))
  })
  test('ends with 0, and with REL', () => {
    const m = on()
    m.at('+CMQTTDISC=0;+CMQTTCFG="argtopic",0,0')
    m.connected()
    expect(m.at('+CMQTTSUB=0,"t",0')).toBe(ERROR)
    const other = on()
    other.at('+CMQTTDISC=0;+CMQTTREL=0')
    other.connected()
    expect(other.at('+CMQTTSUB=0,"t",0')).toBe(ERROR)
  })
})

describe('a topic in quotes without it', () => {
  test.each(['SUB=0,"t",0', 'UNSUB=0,"t"', 'UNSUB=0,"t",0', 'PUB=0,"t",0,1'])('+CMQTT%s', (typed) => {
    for (const name of ['sim767x', 'sim767x-v106', 'a76xx'])
      expect([name, pureModule({ profile: profiles[name]! }).connected().at(`+CMQTT${typed}`)]).toEqual([name, ERROR])
    const command = typed.split('=')[0]
    const older = pureModule({ profile: profiles.sim7600! })
    expect(older.connected().at(`+CMQTT${typed}`)).toBe(refused(`+CMQTT${command}: 0,12`))
    expect(older.ended('closed').got()).toContain('CONNLOST')
    expect(older.at(`+CMQTT${typed}`)).toBe(refused(`+CMQTT${command}: 0,11`))
  })
})
