import { describe, expect, test } from 'vitest'
import { writePublish } from '../../../test/support/mqtt-bytes.ts'
import { broker, OK, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'

const hex = (m: PureModule) => m.sent().map(({ raw }) => raw.toString('hex'))
/** A PUB of this QoS, on the wire, without its answer. */
const publishing = (qos: 1 | 2, rest = '60,0') => {
  const m = pureModule().connected(0, rest)
  m.prompted('+CMQTTTOPIC=0,1', 't')
  m.prompted('+CMQTTPAYLOAD=0,1', 'p')
  expect(m.at(`+CMQTTPUB=0,${qos},60`)).toBe(OK)
  m.sent()
  return m
}
const again = (m: PureModule, rest: string, connack = broker.connack()) => {
  if (m.state.service.mqtt.kind === 'stopped') m.at('+CMQTTSTART')
  m.connecting(0, rest)
  m.sent()
  m.receives(connack)
  m.got()
  return hex(m)
}
const ends: readonly (readonly [string, (m: PureModule) => unknown])[] = [
  ['DISC', (m) => m.at('+CMQTTDISC=0')],
  ['CONNLOST', (m) => m.ended('reset')],
  ['REL', (m) => m.at('+CMQTTDISC=0;+CMQTTREL=0')],
  ['STOP', (m) => m.at('+CMQTTDISC=0;+CMQTTREL=0;+CMQTTSTOP')],
  ['NONET', (m) => m.input({ type: 'network', coverage: 'down' }).input({ type: 'network', coverage: 'up' })],
]

describe('with clean_session 0', () => {
  test.each(ends)(
    'a PUB in flight is resent with DUP after the next CONNECT, through %s [life-22 life-23 life-28]',
    (_, end) => {
      const m = publishing(1)
      end(m)
      expect(again(m, '60,0')).toEqual(['3a06000174000170'])
      m.receives(broker.puback(1))
      expect(m.got()).toBe('')
      m.ended('closed')
      expect(again(m, '60,0')).toEqual([])
    },
  )

  test('QoS 2: PUBREL is what goes out once PUBREC has come', () => {
    const m = publishing(2)
    m.receives(broker.pubrec(1)).ended('closed')
    m.sent()
    expect(again(m, '60,0')).toEqual(['62020001'])
  })

  test('several, in order, with one CONNECT', () => {
    const m = publishing(1)
    m.advance(60_000)
    m.receives(broker.pingresp())
    m.prompted('+CMQTTTOPIC=0,1', 'u')
    m.at('+CMQTTPUB=0,2,60')
    m.ended('closed')
    m.sent()
    expect(again(m, '60,0')).toEqual(['3a06000174000170', '3c050001750002'])
  })

  test('6 comes first, then CONNLOST; no second result later [life-27 life-28]', () => {
    const m = publishing(1)
    expect(m.ended('closed').got()).toBe(`${said('+CMQTTPUB: 0,6')}${said('+CMQTTCONNLOST: 0,1')}`)
    again(m, '60,0')
    expect(m.receives(broker.puback(1)).got()).toBe('')
  })

  test.each(['PUB', 'SUB', 'UNSUB'])('%s in flight at DISC: 6, then the result of DISC [life-27]', (name) => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    if (name === 'PUB') m.at('+CMQTTPUB=0,1,60')
    else m.prompted(`+CMQTT${name}=0,1,0`, 't')
    expect(m.at('+CMQTTDISC=0,60')).toBe(`${OK}${said(`+CMQTT${name}: 0,6`)}${said('+CMQTTDISC: 0,0')}`)
  })

  test('never within one connection [life-23]', () => {
    const m = publishing(1)
    m.advance(59_999)
    expect(hex(m)).toEqual([])
    m.advance(1)
    expect(m.got()).toBe(said('+CMQTTPUB: 0,17'))
    expect(hex(m)).toEqual(['c000'])
  })

  test('the packet identifier goes on where it was', () => {
    const m = publishing(1)
    m.receives(broker.puback(1)).ended('closed')
    m.got()
    again(m, '60,0')
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at('+CMQTTPUB=0,1,60')
    expect(hex(m)).toEqual(['32050001740002'])
  })

  test('a QoS 2 message received on two connections is shown once [recv-7]', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTCFG="version",0,4')
    m.connected(0, '60,0')
    const message = writePublish({ topic: Buffer.from('t'), payload: Buffer.from('p'), qos: 2, packetId: 9 })
    expect(m.receives(message).got()).toContain('+CMQTTRXSTART')
    m.ended('closed')
    again(m, '60,0', Buffer.of(0x20, 2, 1, 0))
    expect(m.receives(message).got()).toBe('')
    m.receives(broker.pubrel(9))
    expect(hex(m)).toEqual(['50020009', '70020009'])
    expect(m.receives(message).got()).toContain('+CMQTTRXSTART')
  })
})

describe('it is gone', () => {
  test('after a CONNECT with 1 for the same pair [life-24]', () => {
    const m = publishing(1)
    m.ended('closed')
    expect(again(m, '60,1')).toEqual([])
    m.ended('closed')
    expect(again(m, '60,0')).toEqual([])
  })

  test('after a CONNECT with 1 that was refused [life-24]', () => {
    const m = publishing(1)
    m.ended('closed')
    again(m, '60,1', broker.connack(3))
    expect(again(m, '60,0')).toEqual([])
  })

  test('after a reset [life-25]', () => {
    const m = publishing(1)
    m.input({ type: 'reset' })
    m.at('E0')
    expect(again(m, '60,0')).toEqual([])
  })

  test.each(['"tcp://other.example",60,0', '"tcp://broker.example:1884",60,0'])(
    'for another server: %s [life-26]',
    (address) => {
      const m = publishing(1)
      m.ended('closed')
      m.at(`+CMQTTCONNECT=0,${address}`)
      m.opened()
      m.sent()
      expect(hex(m.receives(broker.connack()))).toEqual([])
      m.ended('closed')
      expect(again(m, '60,0')).toHaveLength(1)
    },
  )

  test('for another client ID', () => {
    const m = publishing(1)
    m.at('+CMQTTDISC=0;+CMQTTREL=0;+CMQTTACCQ=0,"other"')
    expect(again(m, '60,0')).toEqual([])
  })

  test('with clean_session 1 nothing is kept', () => {
    const m = publishing(1, '60,1')
    m.ended('closed')
    expect(again(m, '60,0')).toEqual([])
  })
})

test('it is found by client ID and server, whichever slot it was in, host names in any case [life-26]', () => {
  const m = publishing(1)
  m.at('+CMQTTDISC=0;+CMQTTREL=0;+CMQTTACCQ=1,"client0"')
  m.at('+CMQTTCONNECT=1,"tcp://BROKER.example:1883",60,0')
  m.opened()
  m.sent()
  expect(hex(m.receives(broker.connack()))).toEqual(['3a06000174000170'])
})

test('1,000 are kept; the one that was kept longest goes for another, with a line in the log [life-29]', () => {
  const m = pureModule()
  m.at('+CMQTTSTART')
  const visit = (clientId: string) => {
    m.at(`+CMQTTACCQ=0,"${clientId}"`)
    m.at('+CMQTTCONNECT=0,"tcp://broker.example",60,0')
    m.opened().receives(broker.connack())
    m.at('+CMQTTDISC=0;+CMQTTREL=0')
  }
  const ids = () => Object.keys(m.state.service.sessions).map((key) => key.split('\n')[0])
  for (let i = 0; i < 1000; i++) visit(String(i))
  expect([ids().length, m.logged.filter((line) => line.startsWith('MQTT session forgotten'))]).toEqual([1000, []])
  visit('0')
  visit('another')
  visit('one more')
  expect(ids()).toEqual([...Array.from({ length: 997 }, (_, i) => String(i + 3)), '0', 'another', 'one more'])
  expect(m.logged.filter((line) => line === 'MQTT session forgotten: the module keeps 1000')).toHaveLength(2)
})
