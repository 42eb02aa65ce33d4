import { describe, expect, test } from 'vitest'
import { writePacket, writePublish } from '../../../test/support/mqtt-bytes.ts'
import { broker, OK, okThen, PROMPT, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'

const hex = (m: PureModule) => m.sent().map(({ raw }) => raw.toString('hex'))
const publish = (m: PureModule, values: string) => {
  m.prompted('+CMQTTTOPIC=0,1', 't')
  m.prompted('+CMQTTPAYLOAD=0,1', 'p')
  return m.at(`+CMQTTPUB=0,${values}`)
}
const filters = (m: PureModule) => m.at('+CMQTTSUB?')
const listed = (...names: string[]) => `\r\n+CMQTTSUB:${names.map((name) => `\r\n${name}`).join('')}\r\n${OK}`
const subscribe = (m: PureModule, filter: string, packetId: number, granted = 0, index = 0) => {
  m.prompted(`+CMQTTSUB=${index},${filter.length},0`, filter)
  m.receives(broker.suback(packetId, granted), m.dialled[index]!.connection)
  return m.got()
}

describe('PUB on the wire', () => {
  test.each([
    ['0,60', '300400017470'],
    ['0,60,1', '310400017470'],
    ['0,60,0,1', '300400017470'],
    ['1,60', '3206000174000170'],
    ['1,60,1,0', '3306000174000170'],
    ['1,60,,1', '3a06000174000170'],
    ['2,60,1,1', '3d06000174000170'],
  ])('=0,%s: dup 1 sets the flag, never on QoS 0 [pub-8 2.2.12-r5 2.2.12-r8 2.2.12-r9 2.2.12-r10]', (values, bytes) => {
    const m = pureModule().connected()
    publish(m, values)
    expect(hex(m)).toEqual([bytes])
  })

  test('QoS 2: PUBREC, PUBREL, PUBCOMP, then the result', () => {
    const m = pureModule().connected()
    publish(m, '2,60')
    m.sent()
    expect(m.receives(broker.pubrec(1)).got()).toBe('')
    expect(hex(m)).toEqual(['62020001'])
    expect(m.receives(broker.pubcomp(1)).got()).toBe(said('+CMQTTPUB: 0,0'))
  })

  test('an acknowledgement of something else is no result', () => {
    const m = pureModule().connected()
    publish(m, '1,60')
    for (const bytes of [broker.puback(2), broker.pubcomp(1), broker.suback(1), broker.unsuback(1), broker.pingresp()])
      expect(m.receives(bytes).got()).toBe('')
    expect(m.receives(broker.puback(1)).got()).toBe(said('+CMQTTPUB: 0,0'))
    expect(m.receives(broker.puback(1)).got()).toBe('')
  })
})

describe('time-outs: 17, the connection stays, the client is no longer busy, a late acknowledgement is swallowed [pub-1 pub-2 pub-3 2.2.12-r7]', () => {
  test.each([
    ['PUB 1', (m: PureModule) => publish(m, '1,180'), '+CMQTTPUB', 180_000, broker.puback(1)],
    ['PUB 2', (m: PureModule) => publish(m, '2,60'), '+CMQTTPUB', 60_000, broker.pubrec(1)],
    ['SUB', (m: PureModule) => m.prompted('+CMQTTSUB=0,1,0', 't'), '+CMQTTSUB', 33_000, broker.suback(1)],
    ['UNSUB', (m: PureModule) => m.prompted('+CMQTTUNSUB=0,1,0', 't'), '+CMQTTUNSUB', 33_000, broker.unsuback(1)],
  ] as const)('%s', (_, begin, name, ms, late) => {
    const m = pureModule().acquired()
    m.at('+CMQTTCFG="optimeout",0,33')
    m.connected(0, '64800,1')
    begin(m)
    expect(m.advance(ms - 1).got()).toBe('')
    expect(m.advance(1).got()).toBe(said(`${name}: 0,17`))
    expect(m.receives(late).got()).toBe('')
    expect(m.at('+CMQTTTOPIC=0,1')).toBe(PROMPT)
    m.type('t')
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(okThen('+CMQTTPUB: 0,0'))
    expect(filters(m)).toBe(listed())
  })
})

describe('SUB and UNSUB', () => {
  test.each([
    ['+CMQTTSUB=0,1,0', '8206000100017400'],
    ['+CMQTTSUB=0,1,2,0', '8206000100017402'],
    ['+CMQTTSUB=0,1,1,1', '8206000100017401'],
    ['+CMQTTUNSUB=0,1,0', 'a2050001000174'],
    ['+CMQTTUNSUB=0,1,1', 'a2050001000174'],
  ])('%s: dup has no effect on the wire [pub-9]', (typed, bytes) => {
    for (const version of [3, 4]) {
      const m = pureModule().acquired()
      m.at(`+CMQTTCFG="version",0,${version}`)
      m.connected()
      expect(m.prompted(typed, 't')).toBe(PROMPT + OK)
      expect(hex(m)).toEqual([bytes])
    }
  })

  test('SUBACK 0x80: 1, not listed [pub-5]', () => {
    const m = pureModule().connected()
    expect(subscribe(m, 't', 1, 0x80)).toBe(said('+CMQTTSUB: 0,1'))
    expect(filters(m)).toBe(listed())
  })

  test('SUB? lists each acknowledged filter once, in order of subscription, client 0 first, raw [pub-17]', () => {
    const m = pureModule().connected(0).connected(1)
    subscribe(m, 'z"#'.slice(0, 1), 1, 0, 1)
    subscribe(m, 'b', 1)
    subscribe(m, 'a/+', 2)
    subscribe(m, 'b', 3)
    expect(filters(m)).toBe(listed('b', 'a/+', 'z'))
    m.prompted('+CMQTTUNSUB=0,1,0', 'b')
    expect(filters(m)).toBe(listed('b', 'a/+', 'z'))
    m.receives(broker.unsuback(4), m.dialled[0]!.connection)
    m.got()
    expect(filters(m)).toBe(listed('a/+', 'z'))
  })

  test('a subscription is listed when it is acknowledged, not before', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTSUB=0,1,0', 't')
    expect(filters(m)).toBe(listed())
  })

  test('UNSUB of a filter never subscribed is sent and succeeds [pub-7]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTUNSUB=0,5,0', 'never')
    expect(hex(m)).toEqual(['a209000100056e65766572'])
    expect(m.receives(broker.unsuback(1)).got()).toBe(said('+CMQTTUNSUB: 0,0'))
  })
})

describe('keep-alive', () => {
  test('PINGREQ when nothing was sent for keepalive_time; no PINGRESP within optimeout: CONNLOST 2 [conn-25 conn-29 2.2.8-r19]', () => {
    const m = pureModule().connected(0, '10,1')
    expect(hex(m.advance(9999))).toEqual([])
    expect(hex(m.advance(1))).toEqual(['c000'])
    m.receives(broker.pingresp())
    expect(hex(m.advance(10_000))).toEqual(['c000'])
    expect(m.advance(119_999).got()).toBe('')
    expect(m.advance(1).got()).toBe(said('+CMQTTCONNLOST: 0,2'))
  })
})

describe('received messages', () => {
  const message = (topic: string, payload: string, qos = 0, packetId = 0) =>
    writePublish({ topic: Buffer.from(topic, 'latin1'), payload: Buffer.from(payload, 'latin1'), qos, packetId })

  test('as captured: 38 bytes of topic, 15 of payload, 143 in all [recv-1 recv-2]', () => {
    const topic = 't'.repeat(38)
    const m = pureModule()
      .connected()
      .receives(message(topic, 'p'.repeat(15)))
    const text = m.got()
    expect(text).toBe(
      `\r\n+CMQTTRXSTART: 0,38,15\r\n+CMQTTRXTOPIC: 0,38\r\n${topic}` +
        `\r\n+CMQTTRXPAYLOAD: 0,15\r\n${'p'.repeat(15)}\r\n+CMQTTRXEND: 0\r\n`,
    )
    expect(text).toHaveLength(143)
  })

  test('1520 bytes are 1500 and 20 [recv-3]', () => {
    const text = pureModule()
      .connected()
      .receives(message('t', 'p'.repeat(1520)))
      .got()
    expect(text.match(/RXPAYLOAD: 0,\d+/g)).toEqual(['RXPAYLOAD: 0,1500', 'RXPAYLOAD: 0,20'])
  })

  test('cut anywhere on the wire, a message is the same', () => {
    const bytes = message('\xff\0', '\r\nOK\r\n', 1, 3)
    const whole = pureModule().connected().receives(bytes)
    const text = whole.got()
    for (let cut = 1; cut < bytes.length; cut++) {
      const m = pureModule().connected().receives(bytes.subarray(0, cut)).receives(bytes.subarray(cut))
      expect(m.got()).toBe(text)
      expect(hex(m)).toEqual(['40020003'])
    }
  })

  test('retain, QoS and DUP are not shown; bytes are shown as they are [recv-6 recv-8]', () => {
    const topic = Buffer.from('\xff\r\0', 'latin1')
    const shown =
      '\r\n+CMQTTRXSTART: 0,3,2\r\n+CMQTTRXTOPIC: 0,3\r\n\xff\r\0\r\n+CMQTTRXPAYLOAD: 0,2\r\n\xfe\n\r\n+CMQTTRXEND: 0\r\n'
    for (const checkUtf8 of [0, 1])
      for (const flags of [0, 1, 2, 3, 10, 11, 4, 5, 12, 13]) {
        const m = pureModule().acquired()
        m.at(`+CMQTTCFG="checkUTF8",0,${checkUtf8}`)
        const id = flags & 6 ? [Buffer.of(0, 9)] : []
        m.connected().receives(writePacket(0x30 | flags, Buffer.of(0, 3), topic, ...id, Buffer.of(0xfe, 0x0a)))
        expect(m.got()).toBe(shown)
      }
  })

  test('with no host on any line it is acknowledged all the same [line-5]', () => {
    const m = pureModule().connected()
    m.input({ type: 'host', line: 1, present: false }).receives(message('t', 'p', 1, 3))
    expect(hex(m)).toEqual(['40020003'])
  })

  test.each([
    ['t', 10_240, true],
    ['t', 10_241, false],
    ['t'.repeat(1024), 1, true],
    ['t'.repeat(1025), 1, false],
  ])('topic %j, %i bytes of payload: shown %s, acknowledged always [recv-9 urc-12 urc-13]', (topic, length, shown) => {
    const m = pureModule()
      .connected()
      .receives(message(topic, 'p'.repeat(length), 1, 3))
    expect(m.got().includes('RXSTART')).toBe(shown)
    expect(hex(m)).toEqual(['40020003'])
    expect(m.logged.some((text) => text.includes('over the limit'))).toBe(!shown)
  })
})
