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

const a76xx = () => pureModule({ profile: profiles.a76xx! })
const sim7600 = () => pureModule({ profile: profiles.sim7600! })
const subTopic = (m: PureModule, topic: string, qos = 0) => m.prompted(`+CMQTTSUBTOPIC=0,${topic.length},${qos}`, topic)
const unsubTopic = (m: PureModule, topic: string) => m.prompted(`+CMQTTUNSUBTOPIC=0,${topic.length}`, topic)
const bodies = (m: PureModule) => m.sent().map(({ body }) => body.toString('latin1'))
const listed = (m: PureModule) => m.at('+CMQTTSUB?').split('\r\n').slice(2, -3)

describe('SUBTOPIC keeps topics for the short SUB', () => {
  test('one SUBSCRIBE for all of them, each with its QoS, in order [prof-34]', () => {
    const m = a76xx().connected()
    expect(subTopic(m, 'a', 1)).toBe(`\r\n>${OK}`)
    expect(subTopic(m, 'b/#', 2)).toBe(`\r\n>${OK}`)
    expect(m.at('+CMQTTSUB=0')).toBe(OK)
    expect(bodies(m)).toEqual(['\0\x01\0\x01a\x01\0\x03b/#\x02'])
    m.receives(writePacket(0x90, word(1), 1, 2))
    expect(m.got()).toBe(said('+CMQTTSUB: 0,0'))
    expect(listed(m)).toEqual(['a', 'b/#'])
  })
  test('a topic that is input again takes the place of the earlier one [prof-33]', () => {
    const m = a76xx().connected()
    for (const [topic, qos] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ] as const)
      subTopic(m, topic, qos)
    m.at('+CMQTTSUB=0')
    expect(bodies(m)).toEqual(['\0\x01\0\x01b\x01\0\x01a\x02'])
  })
  test('a topic that the server refuses: 1, and the others are listed [prof-35]', () => {
    const m = a76xx().connected()
    for (const topic of ['a', 'b', 'c']) subTopic(m, topic)
    m.at('+CMQTTSUB=0')
    m.receives(writePacket(0x90, word(1), 0, 0x80, 0))
    expect(m.got()).toBe(said('+CMQTTSUB: 0,1'))
    expect(listed(m)).toEqual(['a', 'c'])
  })
  test('a SUB that was accepted has used them; the next one is empty', () => {
    const m = a76xx().connected()
    subTopic(m, 'a')
    m.at('+CMQTTSUB=0')
    m.receives(broker.suback(1))
    m.got()
    m.sent()
    expect(m.at('+CMQTTSUB=0')).toBe(okThen('+CMQTTSUB: 0,0'))
    expect(m.sent()).toEqual([])
  })
  test('a long SUB neither uses nor clears them [prof-36]', () => {
    const m = a76xx().connected()
    subTopic(m, 'kept')
    m.prompted('+CMQTTSUB=0,4,0', 'long')
    m.receives(broker.suback(1))
    m.got()
    m.sent()
    m.at('+CMQTTSUB=0')
    expect(bodies(m)).toEqual(['\0\x02\0\x04kept\0'])
  })
  test('PUB and its inputs leave them alone', () => {
    const m = a76xx().connected()
    subTopic(m, 'kept')
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at('+CMQTTPUB=0,0,60')
    m.sent()
    m.at('+CMQTTSUB=0')
    expect(bodies(m)).toEqual(['\0\x01\0\x04kept\0'])
  })
})

test('UNSUBTOPIC keeps topics for the short UNSUB', () => {
  const m = a76xx().connected()
  for (const topic of ['a', 'b']) subTopic(m, topic)
  m.at('+CMQTTSUB=0')
  m.receives(writePacket(0x90, word(1), 0, 0))
  for (const topic of ['a', 'b', 'a']) unsubTopic(m, topic)
  m.got()
  m.sent()
  expect(m.at('+CMQTTUNSUB=0,0')).toBe(OK)
  expect(m.sent().map(({ raw }) => raw.toString('latin1'))).toEqual(['\xa2\x08\0\x02\0\x01b\0\x01a'])
  m.receives(broker.unsuback(2))
  expect(m.got()).toBe(said('+CMQTTUNSUB: 0,0'))
  expect(listed(m)).toEqual([])
  expect(m.at('+CMQTTUNSUB=0')).toBe(okThen('+CMQTTUNSUB: 0,0'))
})

describe('checks', () => {
  test.each([
    ['+CMQTTSUBTOPIC=0,1,0', '+CMQTTSUBTOPIC'],
    ['+CMQTTUNSUBTOPIC=0,1', '+CMQTTUNSUBTOPIC'],
  ])('AT%s [prof-36]', (typed, name) => {
    expect(a76xx().at(typed)).toBe(ERROR)
    const started = a76xx()
    started.at('+CMQTTSTART')
    expect(started.at(typed)).toBe(refused(`${name}: 0,20`))
    expect(a76xx().acquired().at(typed)).toBe('\r\n>')
    expect(sim7600().acquired().at(typed)).toBe(refused(`${name}: 0,11`))
    expect(sim7600().connected().at(typed)).toBe('\r\n>')
    const busy = a76xx().connected()
    busy.prompted('+CMQTTSUB=0,1,0', 't')
    expect(busy.at(typed)).toBe(refused(`${name}: 0,14`))
    expect(a76xx().connected().prompted(typed, '\xff')).toBe(`\r\n>${refused(`${name}: 0,2`)}`)
    expect(a76xx().connected().prompted(typed, '\0')).toBe(`\r\n>${refused(`${name}: 0,12`)}`)
  })
  test('ranges', () => {
    const m = a76xx().acquired()
    for (const typed of ['0,0,0', '0,1025,0', '0,1,3', '0,1', '2,1,0'])
      expect(m.at(`+CMQTTSUBTOPIC=${typed}`)).toBe(ERROR)
    for (const typed of ['0,0', '0,1025', '0,1,0', '2,1']) expect(m.at(`+CMQTTUNSUBTOPIC=${typed}`)).toBe(ERROR)
  })
  test('topics input before CONNECT are there after it, and REL takes them [life-6]', () => {
    const m = a76xx().acquired()
    subTopic(m, 'a')
    m.connected()
    m.at('+CMQTTDISC=0;+CMQTTREL=0')
    m.connected()
    expect(m.at('+CMQTTSUB=0')).toBe(okThen('+CMQTTSUB: 0,0'))
  })
})

test('emptyShortForm refuse: 18 with nothing input, and what was input is sent all the same', () => {
  const mqtt = { ...profiles.a76xx!.mqtt, emptyShortForm: 'refuse' } as const
  const m = pureModule({ profile: { ...profiles.a76xx!, mqtt } }).connected()
  expect(m.at('+CMQTTSUB=0')).toBe(refused('+CMQTTSUB: 0,18'))
  expect(m.at('+CMQTTUNSUB=0,0')).toBe(refused('+CMQTTUNSUB: 0,18'))
  unsubTopic(m, 'a')
  expect(m.at('+CMQTTUNSUB=0,0')).toBe(OK)
})
