import { describe, expect, test } from 'vitest'
import { broker, ERROR, OK, okThen, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'

const will = (m: PureModule, topic?: string, message?: string, qos = 0) => {
  if (topic) m.prompted(`+CMQTTWILLTOPIC=0,${topic.length}`, topic)
  if (message) m.prompted(`+CMQTTWILLMSG=0,${message.length},${qos}`, message)
}
const connectBytes = (m: PureModule, rest = '60,1') => {
  m.at(`+CMQTTCONNECT=0,"tcp://a.bc",${rest}`)
  return m.opened().sent()[0]!.body.toString('latin1')
}
const id = '\0\x07client0'

describe('CONNECT on the wire', () => {
  test.each([
    ['3', '\0\x06MQIsdp\x03'],
    ['4', '\0\x04MQTT\x04'],
  ])('version %s [conn-1 2.2.15-r12]', (version, head) => {
    const m = pureModule().acquired()
    m.at(`+CMQTTCFG="version",0,${version}`)
    expect(connectBytes(m)).toBe(`${head}\x02\0\x3c${id}`)
  })

  test('version 3 is the default [2.2.15-r13]', () =>
    expect(connectBytes(pureModule().acquired())).toContain('MQIsdp\x03'))

  test.each([
    ['60,0', '\0\0\x3c', ''],
    ['60', '\0\0\x3c', ''],
    ['60,', '\0\0\x3c', ''],
    ['64800,1', '\x02\xfd\x20', ''],
    ['60,1,"u"', '\x82\0\x3c', '\0\x01u'],
    ['60,1,u,p', '\xc2\0\x3c', '\0\x01u\0\x01p'],
  ])('…,%s [2.2.8-r12 2.2.8-r18]', (rest, flags, login) => {
    expect(connectBytes(pureModule().acquired(), rest)).toBe(`\0\x06MQIsdp\x03${flags}${id}${login}`)
  })

  test.each(['60,1,,"p"', '60,1,""', '60,1,"u",""', '60,1,"",""'])('…,%s is ERROR', (rest) => {
    const m = pureModule().acquired()
    expect(m.at(`+CMQTTCONNECT=0,"tcp://a.bc",${rest}`)).toBe(ERROR)
    expect(m.dialled).toEqual([])
  })
})

describe('the will', () => {
  test.each([
    ['topic and message', 'w', 'bye', 2, '\x16', '\0\x01w\0\x03bye'],
    ['QoS 1', 'w', 'bye', 1, '\x0e', '\0\x01w\0\x03bye'],
    ['a topic without message: an empty message, QoS 0', 'w', undefined, 0, '\x06', '\0\x01w\0\0'],
  ] as const)('%s; retain is 0 [conn-2 conn-4 2.2.7-r6]', (_, topic, message, qos, flags, bytes) => {
    const m = pureModule().acquired()
    will(m, topic, message, qos)
    expect(connectBytes(m)).toBe(`\0\x06MQIsdp\x03${flags}\0\x3c${id}${bytes}`)
  })

  test('a message without topic is no will and a log line [conn-3]', () => {
    const m = pureModule().acquired()
    will(m, undefined, 'bye', 1)
    expect(connectBytes(m)).toBe(`\0\x06MQIsdp\x03\x02\0\x3c${id}`)
    expect(m.logged).toContainEqual(expect.stringContaining('will'))
  })

  test('entered while connected, it is for the next CONNECT [conn-5]', () => {
    const m = pureModule().connected()
    will(m, 'w', 'bye')
    expect(m.sent()).toEqual([])
    m.ended('closed')
    expect(connectBytes(m)).toContain('\0\x01w\0\x03bye')
  })
})

describe('the dial [2.2.8-r11 conn-6 conn-7 conn-8]', () => {
  test.each([
    ['tcp://a.bc', 'a.bc', 1883],
    ['tcp://a.bc:8883', 'a.bc', 8883],
    ['tcp://[::1]:1884', '::1', 1884],
  ])('%s', (address, host, port) => {
    const m = pureModule().acquired()
    m.at('+CMQTTCFG="optimeout",0,33')
    m.at(`+CMQTTCONNECT=0,"${address}",60,1`)
    expect(m.dialled[0]).toMatchObject({ host, port, timeoutMs: 33_000 })
  })

  test.each([
    'tcp://::1:1883',
    'ssl://a.bc:1883',
    'TCP://a.bc',
    'tcp://a.bc:0',
    'tcp://a.bc:65536',
    'tcp://a.bc:1/x',
    'tcp://:1883',
    'tcp://ab',
    'tcp://a.bc:',
  ])('%s is a bare ERROR', (address) => {
    expect(pureModule().acquired().at(`+CMQTTCONNECT=0,"${address}",60,1`)).toBe(ERROR)
  })
})

describe('failures', () => {
  const failing = () => {
    const m = pureModule().acquired()
    expect(m.at('+CMQTTCONNECT=0,"tcp://a.bc",60,1')).toBe(OK)
    return m
  }
  const fails = (m: PureModule, code: number) => {
    expect(m.got()).toBe(said(`+CMQTTCONNECT: 0,${code}`))
    expect(m.at('+CMQTTCONNECT?')).toBe(`\r\n+CMQTTCONNECT: 0\r\n+CMQTTCONNECT: 1\r\n${OK}`)
    expect(m.advance(1e6).got()).toBe('')
  }
  test.each([
    ['dns', 25],
    ['connect', 3],
  ] as const)('%s', (reason, code) => {
    const m = failing()
    fails(m.input({ type: 'failed', connection: m.connection, reason, detail: '' }), code)
  })
  test.each(['closed', 'reset'] as const)('%s before CONNACK: 26 [conn-13]', (how) =>
    fails(failing().opened().ended(how), 26),
  )
  test.each([1, 2, 3, 4, 5])('CONNACK %i', (code) =>
    fails(failing().opened().receives(broker.connack(code)), 26 + code),
  )
  test.each(['d000', '300300017400', '2002', 'ff'])('not a CONNACK first: 24: %s [conn-15]', (hex) => {
    const m = failing().opened().receives(Buffer.from(hex, 'hex'))
    if (hex === '2002') m.receives(Buffer.of(9, 9))
    fails(m, 24)
  })
  test('no CONNACK within optimeout: 17 [conn-14 conn-20]', () => {
    const m = failing().opened()
    m.advance(119_999)
    expect(m.got()).toBe('')
    fails(m.advance(1), 17)
  })
  test('each limit is its own: CONNACK’s begins when TCP is up [conn-20]', () => {
    const m = failing().advance(100_000)
    m.opened().advance(100_000).receives(broker.connack())
    expect(m.got()).toBe(said('+CMQTTCONNECT: 0,0'))
  })
  test('what comes late from an attempt that was given up is not heard', () => {
    const m = failing().opened().advance(120_000)
    m.got()
    m.receives(broker.connack()).ended('reset')
    expect(m.got()).toBe('')
  })
})

test('no message is reported before +CMQTTCONNECT: <i>,0, though it comes in the same bytes [conn-22]', () => {
  const m = pureModule().connecting()
  m.got()
  m.receives(Buffer.concat([broker.connack(), Buffer.of(0x30, 3, 0, 1, 0x74)]))
  expect(m.got()).toMatch(/^\r\n\+CMQTTCONNECT: 0,0\r\n\r\n\+CMQTTRXSTART: 0,1,0\r\n/)
})

test.each([
  ['60,1', ',60,1'],
  ['60', ',60,0'],
  ['60,0,"u"', ',60,0,"u"'],
  ['60,0,u,"p w"', ',60,0,"u","p w"'],
])('CONNECT? while connected: …,%s', (rest, shown) => {
  const m = pureModule().connected(1, rest)
  expect(m.at('+CMQTTCONNECT?')).toBe(
    `\r\n+CMQTTCONNECT: 0\r\n+CMQTTCONNECT: 1,"tcp://broker.example"${shown}\r\n${OK}`,
  )
})

describe('DISC', () => {
  test.each(['=0', '=0,', '=0,0', '=0,60', '=0,180'])('%s: the result when the bytes are with the socket', (typed) => {
    const m = pureModule().connected()
    expect(m.at(`+CMQTTDISC${typed}`)).toBe(okThen('+CMQTTDISC: 0,0'))
    expect(m.effects.map(({ type }) => type)).toEqual(['typed', 'send', 'close', 'write'])
    expect(m.ended('closed').got()).toBe('')
  })

  test.each([
    ['=0,60', 60_000],
    ['=0,180', 180_000],
    ['=0', 60_000],
  ])(
    '%s: the bytes are not out in time: 35, and the client is disconnected all the same [conn-30 conn-33 2.2.9-r8]',
    (typed, ms) => {
      const m = pureModule().connected(0, '64800,1').congested(true)
      expect(m.at(`+CMQTTDISC${typed}`)).toBe('')
      expect(m.advance(ms - 1).got()).toBe('')
      expect(m.advance(1).got()).toBe(okThen('+CMQTTDISC: 0,35'))
      expect(m.at('+CMQTTREL=0')).toBe(OK)
    },
  )

  test('what the socket still holds has 5 s to leave [conn-32 conn-35]', () => {
    const m = pureModule().connected()
    m.at('+CMQTTDISC=0,60')
    expect(m.effects).toContainEqual({ type: 'close', connection: m.connection, graceMs: 5000 })
  })

  test('in time: 0', () => {
    const m = pureModule().connected().congested(true)
    m.at('+CMQTTDISC=0,60')
    expect(m.advance(1000).congested(false).got()).toBe(okThen('+CMQTTDISC: 0,0'))
  })

  test('0 does not wait [conn-30]', () => {
    expect(pureModule().connected().congested(true).at('+CMQTTDISC=0,0')).toBe(okThen('+CMQTTDISC: 0,0'))
  })
})
