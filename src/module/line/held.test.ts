import { describe, expect, test } from 'vitest'
import { writePublish } from '../../../test/support/mqtt-bytes.ts'
import { broker, ERROR, OK, okThen, PROMPT, pureModule, refused, said } from '../../../test/support/pure-module.ts'

const message = (payload: string) =>
  writePublish({ topic: Buffer.from('t'), payload: Buffer.from(payload), qos: 0, packetId: 0 })
const shown = (payload: string, index = 0) =>
  `\r\n+CMQTTRXSTART: ${index},1,${payload.length}\r\n+CMQTTRXTOPIC: ${index},1\r\nt` +
  `\r\n+CMQTTRXPAYLOAD: ${index},${payload.length}\r\n${payload}\r\n+CMQTTRXEND: ${index}\r\n`

describe('while a prompt is open', () => {
  test('URCs are held back and follow the final result, in order [line-36]', () => {
    const m = pureModule().connected()
    expect(m.at('+CMQTTTOPIC=0,3')).toBe(PROMPT)
    m.receives(message('one')).input({ type: 'urc', text: 'HELLO' }).receives(message('two'))
    expect(m.type('ab')).toBe('')
    expect(m.type('c')).toBe(`${OK}${shown('one')}${said('HELLO')}${shown('two')}`)
    expect(m.state.lines[0]).toMatchObject({ held: [], heldBytes: 0 })
  })

  test('deferred results are held back like URCs [line-37]', () => {
    const m = pureModule().connected(0).connected(1)
    const [zero] = m.dialled
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at('+CMQTTPUB=0,1,60')
    expect(m.at('+CMQTTTOPIC=1,1')).toBe(PROMPT)
    m.receives(message('x'), zero!.connection).receives(broker.puback(1), zero!.connection)
    expect(m.got()).toBe('')
    expect(m.type('t')).toBe(`${OK}${shown('x')}${said('+CMQTTPUB: 0,0')}`)
  })

  test('a half-typed command line holds nothing back [line-38]', () => {
    const m = pureModule().connected()
    m.type('AT+CMQTTTOP')
    expect(m.receives(message('x')).got()).toBe(shown('x'))
    expect(m.type('IC=0,1\r')).toBe(PROMPT)
  })

  test('what one message has to say is one effect, and so whole [line-40]', () => {
    const m = pureModule().connected()
    m.receives(Buffer.concat([message('a'.repeat(4000)), message('b')]))
    const writes = m.effects.filter(({ type }) => type === 'write')
    expect(writes).toHaveLength(2)
    expect(m.got()).toContain('+CMQTTRXEND: 0\r\n\r\n+CMQTTRXSTART: 0,1,1\r\n')
  })

  test('more than 1 MiB of URCs: whole ones are dropped and logged, the rest follows [line-39]', () => {
    const m = pureModule().connected()
    m.at('+CMQTTTOPIC=0,1')
    for (let i = 0; i < 110; i++) m.receives(message('x'.repeat(10_000)))
    expect(m.state.lines[0]!.heldBytes).toBeLessThanOrEqual(1 << 20)
    expect(m.logged.filter((text) => text.startsWith('URC dropped')).length).toBeGreaterThan(0)
    const out = m.type('t')
    const count = (text: string) => out.split(text).length - 1
    expect(count('+CMQTTRXSTART')).toBe(count('+CMQTTRXEND'))
    expect(count('+CMQTTRXEND')).toBeGreaterThan(95)
  })
})

test('ten thousand tiny URCs behind a prompt are held in few pieces, and none is lost', () => {
  const m = pureModule().connected()
  m.at('+CMQTTTOPIC=0,1')
  for (let i = 0; i < 10_000; i++) m.input({ type: 'urc', text: 'x' })
  expect(m.state.lines[0]!.heldBytes).toBe(50_000)
  expect(m.state.lines[0]!.held.length).toBeLessThan(100)
  expect(m.type('k').split('\r\nx\r\n')).toHaveLength(10_001)
})

describe('a prompt', () => {
  test.each(['\r\r\r', '>\x1b\x1a', 'AT\r', '\0\xff\n', '"; ,'])(
    'takes exactly the announced bytes: %j [line-63]',
    (data) => {
      for (let cut = 0; cut <= data.length; cut++) {
        const m = pureModule().connected()
        m.type('AT\rAT\r')
        m.prompted('+CMQTTTOPIC=0,1', 't')
        expect(m.at(`+CMQTTPAYLOAD=0,${data.length}`)).toBe(PROMPT)
        expect(m.type(data.slice(0, cut)) + m.type(data.slice(cut))).toBe(OK)
        m.at('+CMQTTPUB=0,0,60')
        expect(m.sent().at(-1)?.body.toString('latin1')).toBe(`\0\x01t${data}`)
      }
    },
  )

  test('that gets no byte for 120 s answers ERROR and returns to command mode [line-65]', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTTOPIC=0,5')
    m.advance(119_999)
    expect(m.type('ab')).toBe('')
    m.advance(119_999)
    expect(m.got()).toBe('')
    m.advance(1)
    expect(m.got()).toBe(ERROR)
    expect(m.type('\rAT\r')).toBe(OK)
    expect(m.at('+CMQTTTOPIC=0,2')).toBe(PROMPT)
    expect(m.type('xy')).toBe(OK)
  })

  test('that timed out lets go what it held back', () => {
    const m = pureModule().connected(0, '64800,1')
    m.at('+CMQTTTOPIC=0,5')
    m.receives(message('x')).advance(120_000)
    expect(m.got()).toBe(`${ERROR}${shown('x')}`)
  })

  test.each([
    [5000, 5000],
    [0, Number.POSITIVE_INFINITY],
  ])('promptTimeoutMs %i [line-66]', (promptTimeoutMs, after) => {
    const m = pureModule({ promptTimeoutMs }).acquired()
    m.at('+CMQTTTOPIC=0,5')
    m.advance(Math.min(after, 1e9) - 1)
    expect(m.got()).toBe('')
    m.advance(1)
    expect(m.got()).toBe(after === 5000 ? ERROR : '')
  })

  test.each([
    [
      'lost its connection',
      '+CMQTTSUB=0,1,0',
      '+CMQTTSUB: 0,11',
      (m: ReturnType<typeof pureModule>) => m.ended('closed'),
    ],
    [
      'started a publish on another line',
      '+CMQTTTOPIC=0,1',
      '+CMQTTTOPIC: 0,14',
      (m: ReturnType<typeof pureModule>) => void m.at('+CMQTTPUB=0,1,60', 2),
    ],
    [
      'was released on another line',
      '+CMQTTTOPIC=0,1',
      '+CMQTTTOPIC: 0,20',
      (m: ReturnType<typeof pureModule>) => void m.at('+CMQTTDISC=0;+CMQTTREL=0', 2),
    ],
    [
      'began to connect',
      '+CMQTTWILLTOPIC=0,1',
      '+CMQTTWILLTOPIC: 0,14',
      (m: ReturnType<typeof pureModule>) => void m.at('+CMQTTDISC=0;+CMQTTCONNECT=0,"tcp://a.bc",60', 2),
    ],
  ])('state is checked again after the data: the client %s [order-6]', (_, typed, refusal, happen) => {
    const m = pureModule().attach(2).connected()
    m.prompted('+CMQTTTOPIC=0,1', 't', 2)
    expect(m.at(typed)).toBe(PROMPT)
    happen(m)
    expect(m.type('t').startsWith(refused(refusal))).toBe(true)
  })

  test('the service was stopped meanwhile: a bare ERROR', () => {
    const m = pureModule().attach(2).acquired()
    m.at('+CMQTTTOPIC=0,1')
    m.at('+CMQTTREL=0;+CMQTTSTOP', 2)
    expect(m.type('t')).toBe(ERROR)
  })
})

describe('while a command waits for its final result (a QoS 0 PUB whose socket is congested)', () => {
  const executing = (echo = false) => {
    const m = pureModule({ echo }).connected()
    m.at('E0')
    m.prompted('+CMQTTTOPIC=0,1', 't')
    if (echo) m.at('E1')
    m.congested(true)
    m.at('+CMQTTPUB=0,0,60')
    return m
  }

  test('OK and result come when the socket has taken the bytes [line-34]', () => {
    const m = executing()
    expect(m.got()).toBe('')
    expect(m.congested(false).got()).toBe(okThen('+CMQTTPUB: 0,0'))
  })

  test('URCs are held back and follow [line-36]', () => {
    const m = executing()
    expect(m.receives(message('x')).got()).toBe('')
    expect(m.congested(false).got()).toBe(`${OK}${shown('x')}${said('+CMQTTPUB: 0,0')}`)
  })

  test('what is typed is kept, run afterwards, in order, and echoed then [line-28 line-41]', () => {
    const m = executing(true)
    expect(m.type('AT+CMEE?\r\nAT+CMQTTTOPIC=0,2\r') + m.type('xyAT+CG')).toBe('')
    expect(m.congested(false).got()).toBe(
      `${okThen('+CMQTTPUB: 0,0')}AT+CMEE?\r${said('+CMEE: 2')}${OK}AT+CMQTTTOPIC=0,2\r${PROMPT}xy${OK}AT+CG`,
    )
    expect(m.type('ATT?\r')).toBe(`ATT?\r${said('+CGATT: 1')}${OK}`)
    expect(m.state.lines[0]!.typeAhead).toHaveLength(0)
  })

  test('the rest of its line runs when it is done', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.congested(true)
    expect(m.at('+CMQTTPUB=0,0,60;+CMEE?')).toBe('')
    expect(m.congested(false).got()).toBe(`${said('+CMEE: 2')}${okThen('+CMQTTPUB: 0,0')}`)
  })

  test('pub_timeout ends it with 17, the connection stays [pub-4]', () => {
    const m = executing()
    m.advance(59_999)
    expect(m.got()).toBe('')
    m.advance(1)
    expect(m.got()).toBe(okThen('+CMQTTPUB: 0,17'))
    expect(m.at('+CMQTTDISC?')).toContain('+CMQTTDISC: 0,0')
  })

  test('the connection ends: 6, then CONNLOST [life-27]', () => {
    expect(executing().ended('reset').got()).toBe(`${OK}${said('+CMQTTPUB: 0,6')}${said('+CMQTTCONNLOST: 0,2')}`)
  })
})
