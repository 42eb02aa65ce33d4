import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/faults/public.ts'
import { FaultyModule } from '../support/module/faulty-module.ts'
import { receivedText } from '../support/module/module-host.ts'
import { OK, okThen, PROMPT, refused, said } from '../support/pure-module.ts'

type Start = (params?: Readonly<Record<string, unknown>>) => void
/** What the host sees of a fault, in exact bytes. `start` starts it, `stop` ends it. */
type Symptom = (m: FaultyModule, start: Start, stop: () => void) => void

const message = receivedText(0, 't', 'pp')
const boot = ['QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE'].map(said).join('')
const lost = (cause: number): string => said(`+CMQTTCONNLOST: 0,${cause}`)

const symptoms: Readonly<Record<string, Symptom>> = {
  'network-lost'(m, start, stop) {
    m.connected()
    start()
    expect(m.got()).toBe(lost(3) + said('+CMQTTNONET'))
    stop()
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 0'))
  },
  'network-silent'(m, start, stop) {
    m.connected()
    start()
    expect(m.publish(1)).toBe(OK)
    stop()
    expect(m.got()).toBe(said('+CMQTTPUB: 0,0'))
  },
  'network-restored'(m, start) {
    m.module.network('down')
    start()
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0') + OK)
  },
  'network-flapping'(m, start) {
    m.connected()
    start({ downMs: 1000, upMs: 1000 })
    expect(m.got()).toBe(lost(3) + said('+CMQTTNONET'))
    const seen = Array.from({ length: 50 }, () => m.advance(100) + m.at('+CREG?'))
    expect(new Set(seen)).toEqual(new Set([said('+CREG: 0,1') + OK, said('+CREG: 0,2') + OK]))
  },
  'socket-reset'(m, start) {
    m.connected()
    start()
    expect(m.got()).toBe(lost(2))
  },
  'socket-closed'(m, start) {
    m.connected()
    start()
    expect(m.got()).toBe(lost(1))
  },
  'socket-half-open'(m, start) {
    m.connected()
    start()
    expect(m.publish(1)).toBe(OK)
    expect(m.advance(60_000)).toBe(said('+CMQTTPUB: 0,17'))
    expect(m.advance(65_000_000)).toBe(lost(2))
  },
  'socket-congested'(m, start) {
    m.connected()
    start()
    m.publish(0)
    expect(m.publish(0)).toBe('')
    expect(m.advance(60_000)).toContain(said('+CMQTTPUB: 0,17'))
    expect(m.at('+CMQTTDISC=0,60')).toBe('')
    expect(m.advance(60_000)).toBe(okThen('+CMQTTDISC: 0,35'))
  },
  'dns-failure'(m, start) {
    m.acquired()
    start({ afterMs: 4000 })
    expect(m.connect('server')).toBe(OK)
    expect(m.advance(3999)).toBe('')
    expect(m.advance(1)).toBe(said('+CMQTTCONNECT: 0,25'))
    expect(m.connect('127.0.0.1')).toBe(okThen('+CMQTTCONNECT: 0,0'))
  },
  'connection-refused'(m, start) {
    m.acquired()
    start()
    expect(m.connect('127.0.0.1') + m.advance(0)).toBe(okThen('+CMQTTCONNECT: 0,3'))
  },
  'tls-alert'(m, start) {
    m.acquired(1)
    start({ alert: 'unknown ca' })
    expect(m.connect() + m.advance(0)).toBe(okThen('+CMQTTCONNECT: 0,32'))
  },
  'connect-refused-15'(m, start, stop) {
    m.acquired(1)
    start()
    expect(m.connect() + m.advance(0)).toBe(okThen('+CMQTTCONNECT: 0,15'))
    m.at('+CSSLCFG="enableSNI",0,1')
    expect(m.connect() + m.advance(0)).toBe(okThen('+CMQTTCONNECT: 0,0'))
    m.at('+CMQTTDISC=0,0')
    stop()
    start({ cause: 'policy' })
    expect(m.connect() + m.advance(0)).toBe(okThen('+CMQTTCONNECT: 0,15'))
  },
  'tls-silent'(m, start) {
    m.acquired(1).at('+CSSLCFG="negotiatetime",0,20')
    start()
    expect(m.connect() + m.advance(19_999)).toBe(OK)
    expect(m.advance(1)).toBe(said('+CMQTTCONNECT: 0,17'))
  },
  'certificate-unreadable'(m, start) {
    m.acquired(1).at('+CSSLCFG="authmode",0,1')
    start()
    expect(m.connect() + m.advance(0)).toBe(okThen('+CMQTTCONNECT: 0,33'))
  },
  'connack-refused'(m, start) {
    m.acquired()
    start({ code: 4 })
    expect(m.connect()).toBe(okThen('+CMQTTCONNECT: 0,30'))
  },
  'server-silent'(m, start, stop) {
    m.connected()
    start()
    expect(m.publish(1)).toBe(OK)
    expect(m.advance(59_999)).toBe('')
    stop()
    expect(m.got()).toBe(said('+CMQTTPUB: 0,0'))
  },
  'server-late'(m, start) {
    m.connected()
    start({ afterMs: 30_000 })
    expect(m.publish(1)).toBe(OK)
    m.server.publish('t', 'pp', 0)
    expect(m.got()).toBe(message)
    expect(m.advance(29_999)).toBe('')
    expect(m.advance(1)).toBe(said('+CMQTTPUB: 0,0'))
  },
  'server-slow'(m, start) {
    m.connected()
    start({ bytesPerSecond: 2 })
    m.server.publish('t', 'pp', 0)
    expect(m.advance(3499)).toBe('')
    expect(m.advance(1)).toBe(message)
  },
  'answers-lost'(m, start) {
    m.connected()
    start()
    expect(m.publish(2)).toBe(OK)
    expect(m.advance(60_000)).toBe(said('+CMQTTPUB: 0,17'))
  },
  'message-redelivered'(m, start) {
    m.connected()
    start()
    m.server.publish('t', 'pp', 1)
    expect(m.got()).toBe(message + message)
    m.server.publish('t', 'pp', 2)
    expect(m.got()).toBe(message)
  },
  'policy-closes'(m, start, stop) {
    m.connected()
    start({ topic: 'no/#' })
    expect(m.publish(1)).toBe(okThen('+CMQTTPUB: 0,0'))
    m.at('+CMQTTTOPIC=0,4')
    m.type('no/a')
    expect(m.at('+CMQTTPUB=0,1,60')).toBe(OK + said('+CMQTTPUB: 0,6') + lost(1))
    m.connect('server', '60,1')
    m.at('+CMQTTSUB=0,4,1')
    expect(m.type('no/#')).toBe(OK + said('+CMQTTSUB: 0,6') + lost(1))
    m.connect('server', '60,1')
    stop()
    m.at('+CMQTTSUB=0,4,1')
    expect(m.type('no/#')).toBe(okThen('+CMQTTSUB: 0,0'))
  },
  'malformed-packet'(m, start) {
    m.connected()
    start()
    expect(m.got()).toBe(lost(2))
  },
  'bytes-corrupted'(m, start) {
    start({ probability: 1 })
    const got = m.at('')
    expect([...got].map((byte, at) => bitsIn(byte.charCodeAt(0) ^ OK.charCodeAt(at)))).toEqual([1, 1, 1, 1, 1, 1])
  },
  'bytes-dropped'(m, start) {
    start({ probability: 0.2 })
    const got = Array.from({ length: 100 }, () => m.at('')).join('')
    expect(got.length).toBeGreaterThan(420)
    expect(got.length).toBeLessThan(540)
    expect(got.replace(/[\rOKn]/g, '')).toMatch(/^\n+$/)
  },
  'bytes-doubled'(m, start) {
    start({ probability: 1 })
    expect(m.at('')).toBe('\r\r\n\nOOKK\r\r\n\n')
  },
  'bytes-reordered'(m, start) {
    start({ probability: 1 })
    expect(m.at('')).toBe('\n\rKO\n\r')
  },
  'bytes-sliced'(m, start) {
    start({ longest: 1, gapMs: 10 })
    expect(m.at('')).toBe('')
    expect(Array.from({ length: 6 }, () => m.advance(10))).toEqual([...OK])
  },
  overrun(m, start) {
    start({ bufferBytes: 10, baud: 10_000 })
    expect(m.type('AT+CSQ\rAT+CSQ\r')).toBe(said('+CSQ: 23,0') + OK)
    expect(m.advance(10) + m.type('Q\r')).toBe(said('ERROR'))
    expect(m.advance(10) + m.type('AT\r')).toBe(OK)
  },
  noise(m, start) {
    start({ bytes: 4, everyMs: 100 })
    expect(m.got()).toHaveLength(4)
    expect(m.advance(1000).length).toBeGreaterThanOrEqual(40)
  },
  'line-frozen'(m, start, stop) {
    start()
    expect(m.at('+CSQ') + m.advance(600_000)).toBe('')
    stop()
    expect(m.got()).toBe(said('+CSQ: 23,0') + OK)
  },
  'cable-out'(m, start, stop) {
    m.connected()
    start()
    m.server.publish('t', 'pp', 0)
    expect(m.at('+CSQ')).toBe('')
    stop()
    expect(m.at('')).toBe(OK)
  },
  'ok-delayed'(m, start) {
    start({ afterMs: 30_000 })
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0'))
    expect(m.advance(29_999)).toBe('')
    expect(m.advance(1)).toBe(OK)
  },
  'prompt-late'(m, start) {
    m.acquired()
    start({ afterMs: 5000 })
    expect(m.at('+CMQTTTOPIC=0,1') + m.advance(4999)).toBe('')
    expect(m.advance(1)).toBe(PROMPT)
    expect(m.type('t')).toBe(OK)
  },
  'result-late'(m, start) {
    m.connected()
    start({ afterMs: 340_000 })
    expect(m.publish(1)).toBe(OK)
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0') + OK)
    expect(m.advance(339_999)).toBe('')
    expect(m.advance(1)).toBe(said('+CMQTTPUB: 0,0'))
  },
  'result-lost'(m, start) {
    m.connected()
    start()
    expect(m.publish(1) + m.advance(600_000)).toBe(OK)
    expect(m.server.published).toEqual(['t p'])
  },
  'urc-in-response'(m, start) {
    start({ urc: 'RING' })
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0') + said('RING') + OK)
  },
  'echo-in-payload'(m, start) {
    m.connected()
    start({ echo: 'AT+CSQ\r' })
    m.server.publish('t', 'pp', 0)
    expect(m.got()).toBe(message.replace('pp', 'pAT+CSQ\rp'))
  },
  'urc-doubled'(m, start) {
    m.connected()
    start()
    m.server.publish('t', 'pp', 0)
    expect(m.got()).toBe(message + message)
    m.module.network('down')
    expect(m.got()).toBe(lost(3) + lost(3) + said('+CMQTTNONET') + said('+CMQTTNONET'))
  },
  'message-end-lost'(m, start) {
    m.connected()
    start()
    m.server.publish('t', 'pp', 0)
    expect(m.got()).toBe(message.replace('+CMQTTRXEND: 0\r\n', ''))
  },
  'boot-storm'(m, start) {
    m.acquired().at('+CMQTTTOPIC=0,1')
    start({ lines: 'A\nB', times: 3, gapMs: 1 })
    expect(m.got()).toBe(said('A') + said('B'))
    expect(m.advance(1000)).toBe(said('A') + said('B') + said('A') + said('B'))
    expect(m.type('t')).toBe(OK)
  },
  'ok-lost'(m, start) {
    start()
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0'))
  },
  'echo-lost'(m, start) {
    m.at('E1')
    start()
    expect(m.at('')).toBe(OK)
  },
  'prompt-lost'(m, start) {
    m.acquired()
    start()
    expect(m.at('+CMQTTTOPIC=0,1')).toBe('')
    expect(m.type('t')).toBe(OK)
  },
  'prompt-stuck'(m, start, stop) {
    m.acquired()
    start()
    expect(m.at('+CMQTTTOPIC=0,3')).toBe(PROMPT)
    expect(m.type('abc') + m.type('\x1b\x1aAT\rAT\r') + m.advance(600_000)).toBe('')
    stop()
    expect(m.got()).toBe(said('ERROR'))
  },
  'urc-before-ok'(m, start) {
    start()
    expect(m.at('+CMQTTSTART')).toBe(said('+CMQTTSTART: 0') + OK)
    m.at('+CMQTTACCQ=0,"me"')
    m.connect()
    m.at('+CMQTTTOPIC=0,1')
    m.server.publish('t', 'pp', 0)
    expect(m.got()).toBe(message)
  },
  'client-busy'(m, start) {
    m.connected()
    start()
    expect(m.at('+CMQTTTOPIC=0,1')).toBe(refused('+CMQTTTOPIC: 0,14'))
    expect(m.at('+CMQTTPUB=0,0,60')).toBe(refused('+CMQTTPUB: 0,14'))
    expect(m.at('+CMQTTREL=1')).toBe(refused('+CMQTTREL: 1,20'))
  },
  'error-code'(m, start) {
    m.connected().staged()
    start({ command: 'PUB', code: 16, client: 0, as: 'result' })
    expect(m.at('+CMQTTPUB=0,1,60')).toBe(okThen('+CMQTTPUB: 0,16'))
    expect(m.server.published).toEqual([])
  },
  'sim-busy'(m, start) {
    start()
    expect(m.at('+CPIN?')).toBe(said('+CME ERROR: SIM busy'))
  },
  'sim-removed'(m, start, stop) {
    m.connected()
    start()
    expect(m.got()).toBe(said('+CPIN: NOT INSERTED') + lost(3) + said('+CMQTTNONET'))
    expect(m.at('+CPIN?')).toBe(said('+CME ERROR: SIM not inserted'))
    stop()
    expect(m.got()).toBe(['+CPIN: READY', 'SMS DONE', 'PB DONE'].map(said).join(''))
  },
  'weak-signal'(m, start, stop) {
    m.connected()
    start({ signal: 2, delayMs: 5000 })
    expect(m.at('+CSQ')).toBe(said('+CSQ: 2,0') + OK)
    expect(m.publish(1)).toBe(OK)
    expect(m.advance(5000)).toBe(said('+CMQTTPUB: 0,0'))
    stop()
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0') + OK)
  },
  'busy-while-receiving'(m, start, stop) {
    m.connected()
    start({ forMs: 300 })
    m.at('+CMQTTSUB=0,1,1')
    expect(m.type('t')).toBe(okThen('+CMQTTSUB: 0,0'))
    m.server.publish('t', 'pp', 0)
    expect(m.got()).toBe(message)
    expect(m.at('+CMQTTSUB=0,1,1')).toBe(refused('+CMQTTSUB: 0,14'))
    expect(m.publish(1)).toBe(okThen('+CMQTTPUB: 0,0'))
    m.advance(299)
    m.server.publish('t', 'pp', 0)
    expect(m.advance(299)).toBe(message)
    expect(m.at('+CMQTTSUB=0,1,1')).toBe(refused('+CMQTTSUB: 0,14'))
    m.advance(1)
    expect(m.at('+CMQTTSUB=0,1,1')).toBe(PROMPT)
    m.type('t')
    m.server.publish('t', 'pp', 0)
    m.got()
    stop()
    expect(m.at('+CMQTTSUB=0,1,1')).toBe(PROMPT)
  },
  'stop-reboots'(m, start, stop) {
    const left = (): void => expect(m.at('E0')).toBe(`ATE0\r${OK}`)
    start()
    m.acquired()
    expect(m.at('+CMQTTDISC=0,60')).toBe(refused('+CMQTTDISC: 0,11'))
    m.connect()
    expect(m.at('+CMQTTDISC=?;+CMQTTDISC?')).toContain('+CMQTTDISC: 0,0')
    expect(m.at('+CMQTTDISC=1,60')).toBe(refused('+CMQTTDISC: 1,11'))
    expect(m.at('+CMQTTDISC=0,60')).toBe(boot)
    left()
    m.connected()
    expect(m.at('+CMQTTSTOP')).toBe(boot)
    left()
    m.connected()
    stop()
    expect(m.at('+CMQTTDISC=0,60')).toBe(okThen('+CMQTTDISC: 0,0'))
  },
  'subscribe-result-renamed'(m, start, stop) {
    m.connected()
    start()
    m.at('+CMQTTSUB=0,1,1')
    expect(m.type('t')).toBe(okThen('+CMQTTSUBTOPIC: 0,0'))
    expect(m.at('+CMQTTSUB?')).toBe(`\r\n+CMQTTSUB:\r\nt\r\n${OK}`)
    stop()
    m.at('+CMQTTSUB=0,1,1')
    expect(m.type('t')).toBe(okThen('+CMQTTSUB: 0,0'))
  },
  'registration-denied'(m, start, stop) {
    m.connected()
    start()
    expect(m.got()).toBe(lost(3) + said('+CMQTTNONET'))
    expect(m.at('+CEREG?')).toBe(said('+CEREG: 0,3') + OK)
    stop()
    expect(m.at('+CEREG?')).toBe(said('+CEREG: 0,1') + OK)
  },
  'apn-refused'(m, start, stop) {
    start()
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 9'))
    stop()
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 0'))
  },
  'power-cut'(m, start, stop) {
    m.connected()
    start()
    expect(m.at('')).toBe('')
    expect(m.server.open).toBe(1)
    stop()
    expect(m.got()).toBe(boot)
  },
  'spontaneous-reboot'(m, start) {
    m.connected()
    start()
    expect(m.got()).toBe(boot)
    expect(m.at('E0')).toBe(`ATE0\r${OK}`)
  },
}

function bitsIn(value: number): number {
  return value.toString(2).replaceAll('0', '').length
}

describe('every fault has its symptom', () => {
  test.each(catalogue.map(({ name }) => name))('%s', (name) => {
    const symptom = symptoms[name]!
    const m = new FaultyModule()
    symptom(
      m,
      (params) => void m.faults.start(name, params),
      () => expect(m.faults.stop(name)).toBe(1),
    )
    expect(m.faults.records().filter(({ touched }) => !touched)).toEqual([])
    const { length } = m.faults.active()
    expect(m.faults.stop(name)).toBe(length)
    if (catalogue.find((fault) => fault.name === name)!.lasts === 'once') expect(length).toBe(0)
  })

  test.each(catalogue.map(({ name }) => name))('%s: not without it', (name) => {
    const nothing = (): void => {}
    expect(() => symptoms[name]!(new FaultyModule(), nothing, nothing)).toThrow()
  })

  test('the table has no other faults', () => {
    expect(Object.keys(symptoms).sort()).toEqual(catalogue.map(({ name }) => name).sort())
  })
})

describe('the server is told of a loss with announce alone', () => {
  const losses = catalogue.filter(({ params }) => 'announce' in params).map(({ name }) => name)

  test.each(losses)('%s', (name) => {
    for (const announce of [true, false]) {
      const m = new FaultyModule()
      m.connected()
      m.faults.start(name, { announce })
      m.advance(60_000)
      expect([announce, m.server.open]).toEqual([announce, announce ? 0 : 1])
    }
  })
})
