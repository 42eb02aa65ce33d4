import { describe, expect, test } from 'vitest'
import { FaultyModule } from '../../test/support/module/faulty-module.ts'
import { FaultError } from './public.ts'

const OK = '\r\nOK\r\n'

describe('faults of one module', () => {
  test('several at once, each ended on its own, in any order', () => {
    const m = new FaultyModule()
    const first = m.faults.start('urc-in-response', { urc: 'A' })
    const second = m.faults.start('urc-in-response', { urc: 'B' })
    m.faults.start('sim-busy')
    expect(m.at('+CSQ')).toBe(`\r\n+CSQ: 23,0\r\n\r\nB\r\n\r\nA\r\n${OK}`)
    expect(m.faults.stop(first)).toBe(1)
    expect(m.at('+CSQ')).toBe(`\r\n+CSQ: 23,0\r\n\r\nB\r\n${OK}`)
    expect(m.faults.active().map(({ id, name }) => [id, name])).toEqual([
      [second, 'urc-in-response'],
      [3, 'sim-busy'],
    ])
    m.faults.stopAll()
    expect(m.at('+CSQ;+CPIN?')).toBe(`\r\n+CSQ: 23,0\r\n\r\n+CPIN: READY\r\n${OK}`)
  })

  test('at most 1000 at once: one more is refused until one has ended', () => {
    const m = new FaultyModule()
    for (let i = 0; i < 1000; i++) m.faults.start('ok-lost')
    expect(() => m.faults.start('ok-lost')).toThrow(
      new FaultError('There are 1000 faults already: end one of them first.'),
    )
    expect(m.faults.stop(1)).toBe(1)
    expect(m.faults.start('ok-lost')).toBe(1001)
    m.faults.stopAll()
    expect(m.at('')).toBe(OK)
  })

  test('two injected defects of one kind: one ends, the other stays', () => {
    const m = new FaultyModule()
    const id = m.faults.start('ok-lost')
    m.faults.start('ok-lost')
    m.faults.stop(id)
    expect(m.at('')).toBe('')
    expect(m.faults.stop('ok-lost')).toBe(1)
    expect(m.at('')).toBe(OK)
  })

  test('two faults that hold the same setting: the newest wins, and at the end the setting is restored', () => {
    const m = new FaultyModule()
    const coverage = (): string => m.module.state().cellular.network.coverage
    const lost = m.faults.start('network-lost')
    const silent = m.faults.start('network-silent')
    expect(coverage()).toBe('silent')
    m.faults.stop(lost)
    expect(coverage()).toBe('silent')
    m.faults.start('network-lost')
    m.faults.stop(silent)
    expect(coverage()).toBe('down')
    m.faults.stopAll()
    expect(coverage()).toBe('up')
    const apns = m.module.state().cellular.network.refusedApns
    const first = m.faults.start('apn-refused', { apn: 'A' })
    m.faults.start('apn-refused', { apn: 'B' })
    m.faults.stop(first)
    expect(m.module.state().cellular.network.refusedApns).toEqual([...apns, 'b'])
    m.faults.stopAll()
    expect(m.module.state().cellular.network.refusedApns).toEqual(apns)
  })

  test('for a time, or for some commands', () => {
    const m = new FaultyModule()
    m.faults.start('ok-lost', {}, { forMs: 10 })
    m.advance(9)
    expect(m.at('')).toBe('')
    m.advance(1)
    expect(m.at('')).toBe(OK)
    m.faults.start('ok-lost', {}, { forCommands: 2 })
    expect([m.at(''), m.at(''), m.at('')]).toEqual(['', '', OK])
    expect(m.clock.pending()).toBe(0)
  })

  test('records what became of each: one that meets nothing has touched nothing', () => {
    const m = new FaultyModule()
    const untouched = (): readonly string[] =>
      m.faults
        .records()
        .filter(({ touched }) => !touched)
        .map(({ name }) => name)
    const idle = [
      'prompt-lost',
      'socket-reset',
      'dns-failure',
      'result-lost',
      'ok-delayed',
      'error-code',
      'server-silent',
    ]
    for (const name of idle) m.faults.start(name)
    m.at('')
    expect(untouched()).toEqual([
      'prompt-lost',
      'socket-reset',
      'dns-failure',
      'result-lost',
      'error-code',
      'server-silent',
    ])
    m.faults.stopAll()
    expect(m.faults.records()[1]).toEqual({ name: 'socket-reset', startedMs: 0, endedMs: 0, touched: false })
    m.faults.start('prompt-lost')
    m.at('+CMQTTSTART')
    m.at('+CMQTTACCQ=0,"a"')
    expect(m.at('+CMQTTTOPIC=0,1')).toBe('')
    expect(m.faults.records().at(-1)).toEqual({ name: 'prompt-lost', startedMs: 0, touched: true })
    m.faults.fresh()
    expect(m.faults.records()).toEqual([])
  })

  test('one that waits for a command is recorded until it starts, and with what it waited for', () => {
    const m = new FaultyModule()
    const waiting = m.faults.waits('ok-lost', 'AT+CSQ*')
    expect(m.faults.records()).toEqual([{ name: 'ok-lost', at: 'AT+CSQ*', touched: false }])
    m.faults.start('ok-lost', {}, {}, waiting)
    expect(m.faults.records()).toEqual([{ name: 'ok-lost', at: 'AT+CSQ*', startedMs: 0, touched: false }])
  })

  test('on one line alone, or on those that come later as well', () => {
    const m = new FaultyModule()
    const heard: string[] = []
    m.faults.start('cable-out', { line: 'at0' })
    const other = m.attach('at1', (text) => heard.push(text))
    other('ATE0\r')
    expect(heard.join('')).toBe(`ATE0\r${OK}`)
    m.faults.stopAll()
    m.faults.start('bytes-doubled', { probability: 1 })
    m.attach('at2', (text) => heard.push(text))('A')
    expect(heard.at(-1)).toBe('AA')
  })

  test('the received part of an incomplete MQTT packet is passed on at the end', () => {
    const m = new FaultyModule().connected()
    m.faults.start('message-redelivered')
    m.server.send(Uint8Array.of(0x30, 5, 0, 1))
    m.faults.stopAll()
    m.server.send(Uint8Array.of(0x74, 0x70, 0x70))
    expect(m.got()).toContain('+CMQTTRXPAYLOAD: 0,2\r\npp\r\n')
  })

  test('a payload that reads OK is not a result', () => {
    const m = new FaultyModule().connected()
    m.faults.start('ok-delayed')
    m.server.publish('t', '\r\nOK\r\n', 0)
    expect(m.got()).toContain('\r\n+CMQTTRXEND: 0\r\n')
  })

  test('a line that was detached is no longer changed by faults', () => {
    const m = new FaultyModule()
    m.faults.detach(1)
    expect(m.at('')).toBe('')
    expect(() => m.faults.start('cable-out', { line: 'at0' })).toThrow(
      new FaultError('There is no line "at0": there is none.'),
    )
  })

  test("an operation that can't be done is one sentence, and nothing is started", () => {
    const m = new FaultyModule()
    expect(() => m.faults.start('noise', { bytes: 0 })).toThrow(
      new FaultError('"bytes" of noise is 0: it must be a whole number, 1–1000.'),
    )
    expect(m.faults.active()).toEqual([])
  })
})

test('the numbers of one fault do not depend on what others draw', () => {
  const noisy = (others: readonly string[]): string => {
    const m = new FaultyModule({ seed: 3 })
    m.faults.start('bytes-corrupted', { probability: 0.3 })
    for (const name of others) m.faults.start(name, { direction: 'in', probability: 0 })
    return Array.from({ length: 20 }, () => m.at('I')).join('')
  }
  expect(noisy(['bytes-dropped', 'bytes-reordered'])).toBe(noisy([]))
})
