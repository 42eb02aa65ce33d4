import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type VirtualClock, virtualClock } from '../runtime/clock-virtual.ts'
import type { Clock, Log } from '../runtime/runtime.ts'
import { hostedLine } from '../testing/memory-host.ts'
import { pattern, record, text } from '../testing/recorder.ts'
import { type PacedOptions, paced } from './paced.ts'

function setUp(options: Partial<PacedOptions> = {}) {
  const clock = virtualClock()
  const logs: string[] = []
  const log: Log = { log: (level, message, fields) => void logs.push(`${level} ${message} ${JSON.stringify(fields)}`) }
  const { moduleEnd: inner, host } = hostedLine('line')
  const moduleEnd = paced(inner, { baud: 9600, clock, log, ...options })
  const seen = record(moduleEnd)
  const got: (readonly [ms: number, text: string])[] = []
  host.onData((bytes) => got.push([clock.now(), Buffer.from(bytes).toString('latin1')]))
  host.open()
  return { clock, logs, host, moduleEnd, seen, got }
}

/** What comes and when, until `end` ms. */
function timeline(clock: VirtualClock, what: () => string, end: number): readonly (readonly [number, string])[] {
  const rows: (readonly [number, string])[] = []
  for (let before = what(); clock.now() < end; ) {
    clock.advance(0.25)
    const now = what()
    if (now !== before) rows.push([clock.now(), now.slice(before.length)])
    before = now
  }
  return rows
}

describe('a paced stream', () => {
  test('takes ten bits a byte to the host, to the microsecond', () => {
    const { clock, moduleEnd, got } = setUp({ baud: 9600 })
    moduleEnd.write(text('abcd'))
    clock.advance(10)
    const byte = 10_000 / 9600
    expect(got.map(([, bytes]) => bytes)).toEqual(['a', 'b', 'c', 'd'])
    got.forEach(([ms], i) => {
      expect(ms).toBeCloseTo((i + 1) * byte, 9)
    })
  })

  test('takes ten bits a byte from the host', () => {
    const { clock, host, seen } = setUp({ baud: 10_000 })
    host.write(text('AT'))
    host.write(text('\r'))
    expect(timeline(clock, () => seen.bytes().toString(), 5)).toEqual([
      [1, 'A'],
      [2, 'T'],
      [3, '\r'],
    ])
  })

  test('a pause between bytes starts the next one anew', () => {
    const { clock, host, seen } = setUp({ baud: 10_000 })
    host.write(text('A'))
    clock.advance(1.5)
    host.write(text('T'))
    clock.advance(0.75)
    expect(seen.bytes().toString()).toBe('A')
    clock.advance(0.25)
    expect(seen.bytes().toString()).toBe('AT')
  })

  test('the directions do not wait for each other', () => {
    const { clock, host, moduleEnd, seen, got } = setUp({ baud: 10_000 })
    host.write(text('abc'))
    moduleEnd.write(text('xyz'))
    clock.advance(3)
    expect([seen.bytes().toString(), got.map(([, bytes]) => bytes).join('')]).toEqual(['abc', 'xyz'])
  })

  test('4096 bytes at 115200 take 355.6 ms, with no rounding on the way', () => {
    const { clock, host, seen } = setUp({ baud: 115_200 })
    host.write(pattern(4096))
    clock.advance((4096 * 10_000) / 115_200 - 0.001)
    expect(seen.bytes()).toHaveLength(4095)
    clock.advance(0.001)
    expect(seen.bytes()).toEqual(pattern(4096))
  })

  test('a timer that fires late hands on what is due, at once, and the pace stays', () => {
    const clock = virtualClock()
    const coarse: Clock = {
      now: clock.now,
      after: (ms, call) => clock.after(Math.ceil(Math.max(ms, 1) / 16) * 16, call),
    }
    const { moduleEnd: inner, host } = hostedLine()
    const moduleEnd = paced(inner, { baud: 10_000, clock: coarse, log: { log() {} } })
    const seen = record(moduleEnd)
    host.open()
    host.write(pattern(100))
    clock.advance(64)
    expect(seen.bytes()).toHaveLength(64)
    clock.advance(48)
    expect(seen.bytes()).toEqual(pattern(100))
  })

  test('another speed counts from the byte that is under way', () => {
    const { clock, host, moduleEnd, seen } = setUp({ baud: 10_000 })
    host.write(text('abcd'))
    clock.advance(1.5)
    moduleEnd.setBaud(1000)
    expect(timeline(clock, () => seen.bytes().toString(), 40)).toEqual([
      [11.5, 'b'],
      [21.5, 'c'],
      [31.5, 'd'],
    ])
  })

  test('another speed, set when a byte arrives, counts from the next', () => {
    const clock = virtualClock()
    const { moduleEnd: inner, host } = hostedLine()
    const moduleEnd = paced(inner, { baud: 10_000, clock, log: { log() {} } })
    const seen = record(moduleEnd, () => moduleEnd.setBaud(1000))
    host.open()
    host.write(text('ab'))
    clock.advance(10.5)
    expect(seen.bytes().toString()).toBe('a')
    clock.advance(0.5)
    expect(seen.bytes().toString()).toBe('ab')
  })

  test('what was written to the host before leaves with the old speed', () => {
    const { clock, got, moduleEnd } = setUp({ baud: 10_000 })
    moduleEnd.write(text('ab'))
    moduleEnd.setBaud(1000)
    moduleEnd.write(text('c'))
    clock.advance(20)
    expect(got).toEqual([
      [1, 'a'],
      [2, 'b'],
      [12, 'c'],
    ])
  })

  test('says how much waits, and when that falls', () => {
    const { clock, moduleEnd, seen } = setUp({ baud: 10_000 })
    moduleEnd.write(pattern(100))
    expect(moduleEnd.backlog()).toBe(100)
    clock.advance(50)
    expect([moduleEnd.backlog(), seen.drained()]).toEqual([50, 0])
    clock.advance(1)
    expect([moduleEnd.backlog(), seen.drained()]).toEqual([49, 1])
    clock.advance(49)
    expect([moduleEnd.backlog(), moduleEnd.idle()]).toEqual([0, true])
  })

  test('what waits for the host leaves when the pipe is closed', async () => {
    const { moduleEnd, got, host } = setUp()
    host.write(text('lost'))
    moduleEnd.write(text('POWERD DOWN'))
    await moduleEnd.close()
    expect(got.map(([, bytes]) => bytes)).toEqual(['POWERD DOWN'])
  })
})

describe('hosts that come and go', () => {
  test('what a host sent arrives before its leaving is seen', () => {
    const { clock, host, seen } = setUp({ baud: 10_000 })
    host.write(text('AT\r'))
    host.close()
    clock.advance(2.5)
    expect(seen.events).toEqual([true, 'AT'])
    clock.advance(0.5)
    expect(seen.events).toEqual([true, 'AT\r', false])
  })

  test('a host gets nothing that was meant for the one before', () => {
    const { clock, host, moduleEnd, seen, got } = setUp({ baud: 10_000 })
    moduleEnd.write(text('old'))
    host.write(text('AT\r'))
    host.close()
    host.open()
    moduleEnd.write(text('old too'))
    clock.advance(3)
    expect([seen.events, got]).toEqual([[true, 'AT\r', false, true], []])
    moduleEnd.write(text('n'))
    clock.advance(1)
    expect(got).toEqual([[4, 'n']])
  })
})

describe('the input buffer', () => {
  test('keeps what comes while the module takes nothing, up to its limit; the rest is lost', () => {
    const { clock, host, moduleEnd, seen, logs } = setUp({ baud: 10_000, inputBytes: 4 })
    moduleEnd.pause()
    host.write(text('abcdefg'))
    clock.advance(7)
    expect([seen.events, moduleEnd.lost]).toEqual([[true], 3])
    moduleEnd.resume()
    clock.advance(0)
    host.write(text('h'))
    clock.advance(1)
    expect(seen.events).toEqual([true, 'abcdh'])
    expect(logs).toEqual([
      'warn input overrun: bytes are lost; wait for each answer, or use flow control {"line":"line"}',
    ])
  })

  test('every overrun is one line in the log', () => {
    const { clock, host, moduleEnd, logs } = setUp({ baud: 10_000, inputBytes: 1 })
    for (const _ of [1, 2]) {
      moduleEnd.pause()
      host.write(text('abc'))
      clock.advance(3)
      moduleEnd.resume()
      clock.advance(0)
    }
    expect([logs.length, moduleEnd.lost]).toEqual([2, 4])
  })

  test('holds 3072 bytes', () => {
    const { clock, host, moduleEnd, seen } = setUp({ baud: 115_200 })
    moduleEnd.pause()
    host.write(pattern(3073))
    clock.advance(1000)
    expect(moduleEnd.lost).toBe(1)
    moduleEnd.resume()
    clock.advance(0)
    expect(seen.bytes()).toEqual(pattern(3073).subarray(0, 3072))
  })

  test('with flow control the host waits, and nothing is lost', () => {
    const { clock, host, moduleEnd, seen } = setUp({ baud: 10_000, inputBytes: 4, flowControl: true })
    moduleEnd.pause()
    host.write(text('abcdefghij'))
    clock.advance(1000)
    expect(moduleEnd.idle()).toBe(false)
    moduleEnd.resume()
    clock.advance(0)
    expect(seen.events).toEqual([true, 'abcd'])
    clock.advance(6)
    expect([seen.events, moduleEnd.lost]).toEqual([[true, 'abcdefghij'], 0])
  })

  test('a host that sends faster than the line is read again when half of its bytes have arrived', () => {
    const clock = virtualClock()
    const { moduleEnd: inner, host } = hostedLine()
    const reading: (readonly [ms: number, on: boolean])[] = []
    const [pause, resume] = [inner.pause.bind(inner), inner.resume.bind(inner)]
    inner.pause = () => {
      reading.push([clock.now(), false])
      pause()
    }
    inner.resume = () => {
      reading.push([clock.now(), true])
      resume()
    }
    const seen = record(paced(inner, { baud: 10_000, clock, log: { log() {} } }))
    host.open()
    const sent = pattern(3 * 4097)
    for (const from of [0, 4097, 8194]) host.write(sent.subarray(from, from + 4097))
    clock.advance(sent.length)
    expect(seen.bytes()).toEqual(sent)
    expect(reading.slice(0, 3)).toEqual([
      [0, false],
      [2049, true],
      [2049, false],
    ])
  })

  test('a module that pauses in the middle gets the rest later', () => {
    const clock = virtualClock()
    const { moduleEnd: inner, host } = hostedLine()
    const moduleEnd = paced(inner, { baud: 10_000, clock, log: { log() {} } })
    const seen = record(moduleEnd, (bytes) => {
      if (bytes.includes(0x0d)) moduleEnd.pause()
    })
    host.open()
    moduleEnd.pause()
    host.write(text('one\rtwo\r'))
    host.close()
    clock.advance(8)
    for (const so of [[true], [true, 'one\r'], [true, 'one\rtwo\r'], [true, 'one\rtwo\r', false]]) {
      expect(seen.events).toEqual(so)
      moduleEnd.resume()
      clock.advance(0)
    }
  })
})

test('with flow control, whatever is sent and however the module pauses: the same bytes, in order', () => {
  const happening = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((count) => ({ count })),
    fc.constantFrom('pause', 'resume', 'wait').map((does) => ({ does })),
  )
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const { clock, host, moduleEnd, seen } = setUp({ baud: 10_000, inputBytes: 16, flowControl: true })
      let sent = 0
      for (const happens of happenings) {
        if ('count' in happens) {
          host.write(pattern(5000).subarray(sent, sent + happens.count))
          sent += happens.count
        } else if (happens.does === 'wait') clock.advance(7)
        else if (happens.does === 'pause') moduleEnd.pause()
        else moduleEnd.resume()
      }
      moduleEnd.resume()
      clock.advance(sent + 1)
      expect(seen.bytes()).toEqual(pattern(5000).subarray(0, sent))
      expect([moduleEnd.lost, moduleEnd.idle()]).toEqual([0, true])
    }),
  )
})
