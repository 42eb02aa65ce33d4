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
} from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

/** The writes that the last input caused, as text. */
const writes = (m: PureModule): string[] =>
  m.effects.flatMap((effect) => (effect.type === 'write' ? [Buffer.concat(effect.parts).toString('latin1')] : []))

describe('layout', () => {
  test('several information lines follow each other with one CR LF, then an empty line before the final result [line-30]', () => {
    expect(pureModule().connected().at('+CMQTTDISC?')).toBe('\r\n+CMQTTDISC: 0,0\r\n+CMQTTDISC: 1,1\r\n\r\nOK\r\n')
  })

  test('a code before ERROR [line-31]', () => {
    const m = pureModule()
    m.at('+CMQTTSTART')
    expect(m.at('+CMQTTREL=0')).toBe('\r\n+CMQTTREL: 0,20\r\n\r\nERROR\r\n')
  })

  test('a deferred result', () => {
    expect(pureModule().at('+CMQTTSTART')).toBe('\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n')
  })

  test.each([
    ['+CMQTTACCQ?', '\r\n+CMQTTACCQ: 0,"client0",0\r\n+CMQTTACCQ: 1,"",0\r\n\r\nOK\r\n'],
    ['+CMQTTREL?', '\r\nOK\r\n'],
    ['+CMQTTSSLCFG?', '\r\n+CMQTTSSLCFG: 0,0\r\n+CMQTTSSLCFG: 1,0\r\n\r\nOK\r\n'],
    ['+CMQTTCONNECT?', '\r\n+CMQTTCONNECT: 0\r\n+CMQTTCONNECT: 1\r\n\r\nOK\r\n'],
    ['+CMQTTDISC?', '\r\n+CMQTTDISC: 0,1\r\n+CMQTTDISC: 1,1\r\n\r\nOK\r\n'],
    ['+CMQTTSUB?', '\r\n+CMQTTSUB:\r\n\r\nOK\r\n'],
    ['+CMQTTCFG?', '\r\n+CMQTTCFG: 0,1,120\r\n+CMQTTCFG: 1,1,120\r\n\r\nOK\r\n'],
  ])('read form AT%s with nothing but one client acquired', (typed, answer) => {
    expect(pureModule().acquired().at(typed)).toBe(answer)
  })

  test.each(['START', 'STOP', 'WILLTOPIC', 'WILLMSG', 'TOPIC', 'PAYLOAD', 'PUB', 'UNSUB'])(
    'CMQTT%s has no read form',
    (name) => expect(pureModule().connected().at(`+CMQTT${name}?`)).toBe(ERROR),
  )
})

describe('OK and result in one write [line-33]', () => {
  const withTopic = (qos: number) => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    return { m, typed: `+CMQTTPUB=0,${qos},60` }
  }
  test.each([
    ['START', () => ({ m: pureModule(), typed: '+CMQTTSTART' }), '+CMQTTSTART: 0'],
    ['STOP', () => ({ m: started(), typed: '+CMQTTSTOP' }), '+CMQTTSTOP: 0'],
    ['DISC', () => ({ m: pureModule().connected(), typed: '+CMQTTDISC=0,60' }), '+CMQTTDISC: 0,0'],
    ['a QoS 0 PUB', () => withTopic(0), '+CMQTTPUB: 0,0'],
    ['a short SUB', () => ({ m: pureModule().connected(), typed: '+CMQTTSUB=0' }), '+CMQTTSUB: 0,0'],
    ['a short UNSUB', () => ({ m: pureModule().connected(), typed: '+CMQTTUNSUB=0,0' }), '+CMQTTUNSUB: 0,0'],
  ])('%s', (_, given, result) => {
    const { m, typed } = given()
    expect(m.at(typed)).toBe(okThen(result))
    expect(writes(m)).toEqual([okThen(result)])
  })

  test('the bytes of a QoS 0 PUB are with the socket before its OK is with the host [line-34]', () => {
    const { m, typed } = withTopic(0)
    m.at(typed)
    expect(m.effects.map(({ type }) => type)).toEqual(['typed', 'send', 'write'])
  })

  test.each([
    ['CONNECT', '+CMQTTCONNECT: 0,0', (m: PureModule) => m.acquired().at('+CMQTTCONNECT=0,"tcp://a.bc",60,1')],
    ['SUB', '+CMQTTSUB: 0,0', (m: PureModule) => m.connected().prompted('+CMQTTSUB=0,1,0', 't').slice(PROMPT.length)],
    [
      'UNSUB',
      '+CMQTTUNSUB: 0,0',
      (m: PureModule) => m.connected().prompted('+CMQTTUNSUB=0,1,0', 't').slice(PROMPT.length),
    ],
    ['PUB 1', '+CMQTTPUB: 0,0', (m: PureModule) => published(m, 1)],
    ['PUB 2', '+CMQTTPUB: 0,0', (m: PureModule) => published(m, 2)],
  ])('%s: OK at once, the result when the server has answered [line-35]', (name, result, give) => {
    const m = pureModule()
    expect(give(m)).toBe(OK)
    expect(writes(m)).toEqual([OK])
    m.opened()
    expect(m.got()).toBe('')
    if (name === 'CONNECT') m.receives(broker.connack())
    if (name === 'SUB') m.receives(broker.suback(1))
    if (name === 'UNSUB') m.receives(broker.unsuback(1))
    if (name === 'PUB 1') m.receives(broker.puback(1))
    if (name === 'PUB 2') m.receives(Buffer.concat([broker.pubrec(1), broker.pubcomp(1)]))
    expect(m.got()).toBe(`\r\n${result}\r\n`)
  })
})

describe('sim7600', () => {
  const older = () => pureModule({ profile: profiles.sim7600! })
  test('START and STOP print their result before OK, and a code where there is nothing to do', () => {
    const m = older()
    expect(m.at('+CMQTTSTOP')).toBe(refused('+CMQTTSTOP: 9'))
    expect(m.at('+CMQTTSTART')).toBe(`\r\n+CMQTTSTART: 0\r\n${OK}`)
    expect(m.at('+CMQTTSTART')).toBe(refused('+CMQTTSTART: 23'))
    expect(m.at('+CMQTTSTOP')).toBe(`\r\n+CMQTTSTOP: 0\r\n${OK}`)
  })

  test('TOPIC and PAYLOAD need a connection, CFG refusals have a code, there is no version', () => {
    const m = older().acquired()
    expect(m.at('+CMQTTTOPIC=0,1')).toBe(refused('+CMQTTTOPIC: 0,11'))
    expect(m.at('+CMQTTPAYLOAD=0,1')).toBe(refused('+CMQTTPAYLOAD: 0,11'))
    expect(m.at('+CMQTTCFG="version",0,4')).toBe(ERROR)
    expect(m.at('+CMQTTCFG="checkUTF8",1,1')).toBe(refused('+CMQTTCFG: 1,20'))
    expect(m.connected().at('+CMQTTPAYLOAD=0,10240')).toBe('\r\n>')
  })
})

describe('a76xx withholds OK until the outcome of CONNECT is known', () => {
  const connecting = () => {
    const m = pureModule({ profile: profiles.a76xx! }).acquired()
    expect(m.at('+CMQTTCONNECT=0,"tcp://a.bc",60,1')).toBe('')
    return m.opened()
  }
  test('accepted', () => expect(connecting().receives(broker.connack()).got()).toBe(okThen('+CMQTTCONNECT: 0,0')))
  test('refused', () => expect(connecting().receives(broker.connack(5)).got()).toBe(refused('+CMQTTCONNECT: 0,31')))
  test('what was typed meanwhile runs afterwards', () => {
    const m = connecting()
    expect(m.at('+CMQTTDISC?')).toBe('')
    expect(m.receives(broker.connack()).got()).toBe(
      `${okThen('+CMQTTCONNECT: 0,0')}\r\n+CMQTTDISC: 0,0\r\n+CMQTTDISC: 1,1\r\n${OK}`,
    )
  })
})

function started(): PureModule {
  const m = pureModule()
  m.at('+CMQTTSTART')
  return m
}

function published(m: PureModule, qos: number): string {
  m.connected().prompted('+CMQTTTOPIC=0,1', 't')
  return m.at(`+CMQTTPUB=0,${qos},60`)
}
