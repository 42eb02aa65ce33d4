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

const address = '"tcp://a.bc",60,1'
/** A write form of every command, good in its ranges. */
const writes: Readonly<Record<string, string>> = {
  ACCQ: '0,"a"',
  REL: '0',
  SSLCFG: '0,1',
  WILLTOPIC: '0,1',
  WILLMSG: '0,1,0',
  CONNECT: `0,${address}`,
  DISC: '0,60',
  TOPIC: '0,1',
  PAYLOAD: '0,1',
  PUB: '0,0,60',
  SUB: '0,1,0',
  UNSUB: '0,1,0',
  CFG: '"checkUTF8",0,1',
}
const reads = ['ACCQ', 'REL', 'SSLCFG', 'CONNECT', 'DISC', 'SUB', 'CFG']
const write = (name: string) => `+CMQTT${name}=${writes[name]}`

const started = () => {
  const m = pureModule()
  m.at('+CMQTTSTART')
  return m
}
/** A PUB of QoS 1 has no result yet. */
const operating = () => {
  const m = pureModule().connected()
  m.prompted('+CMQTTTOPIC=0,1', 't')
  m.at('+CMQTTPUB=0,1,60')
  m.sent()
  return m
}
/** A DISC whose bytes wait for the socket. */
const disconnecting = () => {
  const m = pureModule().attach(2).connected().congested(true)
  m.at('+CMQTTDISC=0,60', 2)
  return m
}

describe('any but START: read, write, execute before START [state-1 order-2 order-10]', () => {
  test.each(Object.keys(writes))('CMQTT%s=', (name) => expect(pureModule().at(write(name))).toBe(ERROR))
  test.each(reads)('CMQTT%s?', (name) => expect(pureModule().at(`+CMQTT${name}?`)).toBe(ERROR))
  test('CMQTTSTOP', () => expect(pureModule().at('+CMQTTSTOP')).toBe(ERROR))
  test.each(Object.keys(writes))('CMQTT%s=? answers at any time', (name) => {
    expect(pureModule().at(`+CMQTT${name}=?`)).toMatch(/^\r\n\+CMQTT.*\r\n\r\nOK\r\n$/s)
  })
})

describe('START and STOP', () => {
  test('STOP | a client still acquired [state-5]', () => {
    expect(pureModule().acquired(1).at('+CMQTTSTOP')).toBe(refused('+CMQTTSTOP: 19'))
    expect(pureModule().connected().at('+CMQTTSTOP')).toBe(refused('+CMQTTSTOP: 19'))
  })
  test('START | no network: OK, +CMQTTSTART: 7; the service stays stopped [state-3 2.2.1-r2]', () => {
    const m = pureModule().input({ type: 'network', coverage: 'down' })
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 7'))
    expect(m.at('+CMQTTSTOP')).toBe(ERROR)
    m.input({ type: 'network', coverage: 'up' })
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 0'))
  })
  test('START | started already', () => expect(started().at('+CMQTTSTART')).toBe(ERROR))
  test('START activates the PDP context [2.2.1-r5]', () => {
    const m = pureModule()
    m.at('+CGACT=0,1')
    expect(m.at('+CMQTTSTART;+CGACT?')).toContain('+CGACT: 1,1')
  })
})

describe('ACCQ and REL', () => {
  test('ACCQ | already acquired [state-6]', () => {
    expect(pureModule().acquired().at('+CMQTTACCQ=0,"b"')).toBe(refused('+CMQTTACCQ: 0,19'))
    expect(pureModule().connected(1).at('+CMQTTACCQ=1,"b"')).toBe(refused('+CMQTTACCQ: 1,19'))
  })
  test('REL | not acquired [state-7]', () => expect(started().at('+CMQTTREL=1')).toBe(refused('+CMQTTREL: 1,20')))
  test.each([
    ['connecting', () => pureModule().connecting()],
    ['connected', () => pureModule().connected()],
    ['an operation in flight', operating],
    ['disconnecting', disconnecting],
  ])('REL | %s [state-8]', (_, given) => {
    const m = given()
    m.got()
    expect(m.at('+CMQTTREL=0')).toBe(refused('+CMQTTREL: 0,14'))
  })
})

describe('not acquired: 20, before any prompt [state-9]', () => {
  test.each(['WILLTOPIC', 'WILLMSG', 'CONNECT', 'TOPIC', 'PAYLOAD', 'SUB', 'UNSUB', 'PUB'])('%s', (name) => {
    expect(started().at(write(name))).toBe(refused(`+CMQTT${name}: 0,20`))
  })
  test.each(['SUB', 'UNSUB'])('short %s', (name) => {
    expect(started().at(`+CMQTT${name}=1`)).toBe(refused(`+CMQTT${name}: 1,20`))
  })
})

describe('CFG | not acquired, connecting or connected [state-11]', () => {
  const all = ['"checkUTF8",0,0', '"optimeout",0,20', '"version",0,4']
  test.each(all)('%s', (values) => {
    for (const m of [started(), pureModule().connecting(), pureModule().connected(), disconnecting()]) {
      m.got()
      expect(m.at(`+CMQTTCFG=${values}`)).toBe(ERROR)
    }
    expect(pureModule().acquired().at(`+CMQTTCFG=${values}`)).toBe(OK)
  })
})

describe('CONNECT and DISC', () => {
  test.each([
    ['connected', () => pureModule().connected(), 19],
    ['connecting', () => pureModule().connecting(), 14],
    ['connected, an operation in flight', operating, 19],
    ['disconnecting', disconnecting, 14],
  ])('CONNECT | %s [state-13 state-14]', (_, given, code) => {
    const m = given()
    m.got()
    expect(m.at(write('CONNECT'))).toBe(refused(`+CMQTTCONNECT: 0,${code}`))
  })
  test.each([
    ['not acquired', started, 11],
    ['not connected', () => pureModule().acquired(), 11],
    ['connecting', () => pureModule().connecting(), 14],
    ['disconnecting', disconnecting, 14],
  ])('DISC | %s [state-15 state-16]', (_, given, code) => {
    const m = given()
    m.got()
    for (const typed of ['=0,60', '=0', '=0,0'])
      expect(m.at(`+CMQTTDISC${typed}`)).toBe(refused(`+CMQTTDISC: 0,${code}`))
  })
})

describe('SUB, UNSUB, PUB | not connected [state-17]', () => {
  test.each(['+CMQTTSUB=0,1,0', '+CMQTTSUB=0', '+CMQTTUNSUB=0,1,0', '+CMQTTUNSUB=0,0', '+CMQTTPUB=0,0,60'])(
    '%s',
    (typed) => {
      const name = typed.split('=')[0]
      expect(pureModule().acquired().at(typed)).toBe(refused(`${name}: 0,11`))
      const m = pureModule().connecting()
      m.got()
      expect(m.at(typed)).toBe(refused(`${name}: 0,11`))
    },
  )
})

describe('PUB', () => {
  test('no topic input: 18 [state-21]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTPAYLOAD=0,1', 'x')
    expect(m.at('+CMQTTPUB=0,1,60')).toBe(refused('+CMQTTPUB: 0,18'))
    expect(m.sent()).toEqual([])
  })
  test('no payload input: publishes an empty payload [state-22]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(okThen('+CMQTTPUB: 0,0'))
    expect(m.sent().map(({ raw }) => raw.toString('hex'))).toEqual(['3003000174'])
  })
})

describe("TOPIC, PAYLOAD, PUB, SUB, UNSUB | the same client's earlier PUB, SUB or UNSUB has no result yet [state-19 order-4]", () => {
  const pending: readonly (readonly [string, (m: PureModule) => void, Uint8Array])[] = [
    ['PUB', (m) => m.at('+CMQTTPUB=0,1,60'), broker.puback(1)],
    ['SUB', (m) => m.prompted('+CMQTTSUB=0,1,0', 't'), broker.suback(1)],
    ['UNSUB', (m) => m.prompted('+CMQTTUNSUB=0,1,0', 't'), broker.unsuback(1)],
  ]
  test.each(pending)('%s', (_, begin, answer) => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    begin(m)
    for (const name of ['TOPIC', 'PAYLOAD', 'PUB', 'SUB', 'UNSUB'])
      expect(m.at(write(name))).toBe(refused(`+CMQTT${name}: 0,14`))
    for (const name of ['SUB', 'UNSUB']) expect(m.at(`+CMQTT${name}=0`)).toBe(refused(`+CMQTT${name}: 0,14`))
    m.receives(answer)
    m.got()
    expect(m.at('+CMQTTTOPIC=0,1')).toBe(PROMPT)
  })
  test('the other client is not busy', () => {
    const m = operating().connected(1)
    expect(m.at('+CMQTTTOPIC=1,1')).toBe(PROMPT)
  })
  test('WILLTOPIC and WILLMSG are for the next CONNECT and not refused', () => {
    const m = operating()
    expect(m.prompted('+CMQTTWILLTOPIC=0,1', 't')).toBe(PROMPT + OK)
    expect(m.prompted('+CMQTTWILLMSG=0,1,0', 't')).toBe(PROMPT + OK)
  })
})

describe('any command of the client | DISC waits for the socket [state-20 order-4]', () => {
  test.each(['REL', 'WILLTOPIC', 'WILLMSG', 'CONNECT', 'DISC', 'TOPIC', 'PAYLOAD', 'PUB', 'SUB', 'UNSUB'])(
    '%s: 14',
    (name) => {
      const m = disconnecting()
      m.got()
      expect(m.at(write(name))).toBe(refused(`+CMQTT${name}: 0,14`))
    },
  )
  test('ACCQ, SSLCFG and CFG answer as ever; the other client is free', () => {
    const m = disconnecting()
    m.got()
    expect(m.at(write('ACCQ'))).toBe(refused('+CMQTTACCQ: 0,19'))
    expect(m.at(write('CFG'))).toBe(ERROR)
    for (const name of reads) expect(m.at(`+CMQTT${name}?`).endsWith(OK)).toBe(true)
    expect(m.at('+CMQTTACCQ=1,"b"')).toBe(OK)
  })
})

test.each(['WILLTOPIC', 'WILLMSG'])('%s | connecting [state-10]', (name) => {
  const m = pureModule().connecting()
  m.got()
  expect(m.at(write(name))).toBe(refused(`+CMQTT${name}: 0,14`))
})

describe('SSLCFG write', () => {
  test('connected', () => expect(pureModule().connected().at('+CMQTTSSLCFG=0,1')).toBe(ERROR))
  test('before ACCQ, right after START, and acquired: accepted', () => {
    const m = started()
    expect(m.at('+CMQTTSSLCFG=0,7')).toBe(OK)
    expect(m.acquired().at('+CMQTTSSLCFG?')).toContain('+CMQTTSSLCFG: 0,7\r\n+CMQTTSSLCFG: 1,0\r\n')
    expect(m.at('+CMQTTSSLCFG=0,9;+CMQTTSSLCFG?')).toContain('+CMQTTSSLCFG: 0,9\r\n')
  })
})

test('index 2 and up: ERROR, before anything else [state-27]', () => {
  for (const given of [pureModule, started, () => pureModule().connected()])
    for (const name of Object.keys(writes)) {
      const typed = write(name).replace(/([=,])0/, '$12')
      expect([typed, given().at(typed)]).toEqual([typed, ERROR])
    }
})
