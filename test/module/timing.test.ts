import { describe, expect, test } from 'vitest'
import { type Profile, profiles, textOf } from '../../src/at/public.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { type PacedOptions, paced } from '../../src/io/wrappers/paced.ts'
import { Module } from '../../src/module/public.ts'

const slow: Profile = {
  ...profiles.sim767x!,
  responseTimes: { ...profiles.sim767x!.responseTimes, quick: [10, 10], other: [1000, 1000] },
}

/** A module of which every time is known, behind a UART. */
function setUp(options: Partial<PacedOptions> = {}) {
  const clock = virtualClock()
  const logs: string[] = []
  const log = { log: (_: string, message: string) => void logs.push(message) }
  const dialer = { dial: () => expect.unreachable() }
  const module = new Module({ profile: slow, clock, dialer, log, timing: 'real' })
  const { moduleEnd: inner, host } = hostedLine()
  const moduleEnd = paced(inner, { baud: 10_000, clock, log, ...options })
  module.attach(moduleEnd, 'uart')
  let got = ''
  host.onData((bytes) => {
    got += textOf(bytes)
  })
  clock.advance(60_000)
  host.open()
  const take = () => {
    const text = got
    got = ''
    return text
  }
  const send = (text: string) => host.write(Buffer.from(text, 'latin1'))
  return { clock, logs, moduleEnd, send, take }
}

describe('a module with real timing behind a UART', () => {
  test('echo, time to answer and answer: each has its bytes at their times', () => {
    const { clock, send, take } = setUp()
    send('AT\r')
    clock.advance(3)
    expect(take()).toBe('AT')
    clock.advance(1)
    expect(take()).toBe('\r')
    clock.advance(9)
    expect(take()).toBe('')
    clock.advance(1)
    expect(take()).toBe('\r')
    clock.advance(5)
    expect(take()).toBe('\nOK\r\n')
  })

  test('a host that waits for every answer loses nothing at any length', () => {
    const { clock, send, take, moduleEnd } = setUp({ inputBytes: 1 })
    for (let i = 0; i < 5; i++) {
      send('ATE0\r')
      clock.advance(2000)
      expect(take().endsWith('\r\nOK\r\n')).toBe(true)
    }
    expect(moduleEnd.lost).toBe(0)
  })

  test('a host that does not wait overruns the buffer: what does not fit is never answered', () => {
    const { clock, send, take, logs, moduleEnd } = setUp({ inputBytes: 8 })
    send('ATE0\r')
    clock.advance(2000)
    take()
    send('ATI\rAT+CGMM\rAT\r')
    clock.advance(5000)
    const answers = take()
    expect([answers.match(/OK\r\n/g)?.length, answers.endsWith('SIM7672G-MNGV\r\n\r\nOK\r\n')]).toEqual([2, true])
    expect([moduleEnd.lost, logs.length]).toEqual([3, 1])
    send('\r')
    clock.advance(5000)
    expect(take()).toBe('')
    send('AT\r')
    clock.advance(100)
    expect(take()).toBe('\r\nOK\r\n')
  })

  test('with flow control it loses nothing', () => {
    const { clock, send, take, moduleEnd } = setUp({ inputBytes: 8, flowControl: true })
    send('ATE0\r')
    clock.advance(2000)
    take()
    send('ATI\rAT+CGMM\rAT\rAT\rAT\r')
    clock.advance(10_000)
    expect(take().match(/OK\r\n/g)).toHaveLength(5)
    expect(moduleEnd.lost).toBe(0)
  })
})
