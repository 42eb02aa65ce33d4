import { describe, expect, test } from 'vitest'
import { FaultyModule } from '../../test/support/module/faulty-module.ts'
import { silentLog } from '../../test/support/silent-log.ts'
import { fitsGlob } from './command-watch.ts'
import { FaultError, parseSchedule, runSchedule } from './public.ts'

const OK = '\r\nOK\r\n'

/** A module under a schedule of these entries. */
function scheduled(...faults: readonly object[]): FaultyModule {
  const m = new FaultyModule()
  runSchedule(m.faults, parseSchedule(JSON.stringify({ faults })), silentLog)
  return m
}

const names = (m: FaultyModule): readonly string[] => m.faults.active().map(({ name }) => name)

describe('a fault starts', () => {
  test('at a time, for a time', () => {
    const m = scheduled({ fault: 'ok-lost', at: 1000, forMs: 500 })
    m.advance(999)
    expect(m.at('')).toBe(OK)
    m.advance(1)
    expect(m.at('')).toBe('')
    m.advance(499)
    expect(m.at('')).toBe('')
    m.advance(1)
    expect(m.at('')).toBe(OK)
  })

  test('after n commands, for n commands', () => {
    const m = scheduled({ fault: 'ok-lost', afterCommands: 2, forCommands: 2 })
    expect(Array.from({ length: 6 }, () => m.at(''))).toEqual([OK, OK, '', '', OK, OK])
  })

  test('before each command that fits', () => {
    const m = scheduled({ fault: 'prompt-lost', onCommand: '+cmqttpayload=*', forCommands: 1 }).acquired()
    expect(m.at('+CMQTTTOPIC=0,1')).toBe('\r\n>\r\n')
    m.type('t')
    for (let i = 0; i < 2; i++) {
      expect(m.type('AT+CMQTTPAY') + m.type('LOAD=0,1\r')).toBe('')
      expect(m.type('p')).toBe(OK)
      expect(m.at('')).toBe(OK)
    }
  })

  test('at most so many times', () => {
    const m = scheduled({ fault: 'ok-lost', onCommand: 'AT', times: 2, forCommands: 1 })
    expect(Array.from({ length: 4 }, () => m.at(''))).toEqual(['', '', OK, OK])
  })

  test('on bytes to the host, however they are cut', () => {
    const m = scheduled({ fault: 'network-lost', onBytes: '+CMQTTPUB: 0,0\r\n', direction: 'out' }).connected()
    expect(m.publish(1)).toBe(`${OK}\r\n+CMQTTPUB: 0,0\r\n\r\n+CMQTTCONNLOST: 0,3\r\n\r\n+CMQTTNONET\r\n`)
  })

  test('on bytes from the host, also in data', () => {
    const m = scheduled({ fault: 'echo-lost', onBytes: '\x00\x01' }).acquired()
    m.at('+CMQTTPAYLOAD=0,4')
    m.type('\x00\x00')
    expect(names(m)).toEqual([])
    m.type('\x01')
    expect(names(m)).toEqual(['echo-lost'])
  })

  test('with a probability for each command', () => {
    const m = scheduled({ fault: 'ok-lost', probability: 0.25, forCommands: 1 })
    const lost = Array.from({ length: 400 }, () => m.at('')).filter((got) => got === '').length
    expect(lost).toBeGreaterThan(70)
    expect(lost).toBeLessThan(130)
  })

  test('not while the fault runs, and not for data after a prompt', () => {
    const m = scheduled({ fault: 'ok-lost', onCommand: 'AT+CSQ' }).acquired()
    m.at('+CMQTTPAYLOAD=0,7')
    m.type('AT+CSQ\r')
    expect(names(m)).toEqual([])
    m.at('+CSQ')
    m.at('+CSQ')
    expect(names(m)).toEqual(['ok-lost'])
  })

  test('on a line that comes later as well', () => {
    const m = scheduled({ fault: 'network-lost', onCommand: 'AT+CSQ' })
    const other = m.attach('at1')
    other('AT+CSQ\r')
    expect(names(m)).toEqual(['network-lost'])
  })

  test('no fault starts after the schedule has ended', () => {
    const m = new FaultyModule()
    const entries = [{ at: 5 }, { onCommand: 'AT' }, { onBytes: 'OK', direction: 'out' }]
    const json = JSON.stringify({ faults: entries.map((entry) => ({ fault: 'ok-lost', ...entry })) })
    runSchedule(m.faults, parseSchedule(json), silentLog)()
    m.advance(10)
    m.at('')
    expect(names(m)).toEqual([])
  })
})

test("an entry that can't be started is a log line", () => {
  const logs: string[] = []
  const m = new FaultyModule()
  const schedule = parseSchedule('{"faults":[{"fault":"cable-out","params":{"line":"x"},"at":1}]}')
  runSchedule(m.faults, schedule, { log: (_, message) => void logs.push(message) })
  m.advance(1)
  expect(logs).toEqual(['entry 1 of the schedule was not started: There is no line "x": there is "at0".'])
})

test('two runs with one seed give the same bytes, with another seed others', () => {
  const entries = [
    { fault: 'bytes-corrupted', params: { probability: 0.1 }, probability: 0.2, forCommands: 3 },
    { fault: 'bytes-sliced', params: { longest: 4 }, at: 50, forMs: 400 },
    { fault: 'network-flapping', params: { downMs: 50, upMs: 50 }, at: 20 },
    { fault: 'noise', params: { everyMs: 40 }, afterCommands: 10 },
  ]
  const run = (seed: number): string => {
    const m = new FaultyModule({ seed })
    runSchedule(m.faults, parseSchedule(JSON.stringify({ faults: entries })), silentLog)
    return Array.from({ length: 100 }, (_, i) => m.at(i % 2 ? '+CMQTTSTART' : '+CREG?') + m.advance(10)).join('')
  }
  expect(run(7)).toBe(run(7))
  expect(run(8)).not.toBe(run(7))
})

describe('a schedule that can not be used is one sentence', () => {
  const one = 'give one of "at", "afterCommands", "onCommand" and "onBytes", or "probability" alone.'
  test.each([
    ['[]', 'The schedule: it must be a JSON object.'],
    ['{"faults":{}}', 'The schedule: "faults" is {}: it must be an array of entries.'],
    ['{}', 'The schedule: "faults" is missing: it must be an array of entries.'],
    ['{"seed":-1,"faults":[]}', 'The schedule: "seed" is -1: it must be a whole number, 0–4294967295.'],
    ['{"fault":[],"faults":[]}', 'The schedule: "fault" is unknown here: leave it out.'],
  ])('%s', (json, sentence) => {
    expect(() => parseSchedule(json)).toThrow(new FaultError(sentence))
  })

  test.each([
    ['5', 'it must be a JSON object.'],
    ['{}', '"fault" is missing: it must be the name of a fault.'],
    ['{"fault":"rain","at":1}', 'There is no fault "rain": "atmqtt faults" lists them.'],
    ['{"fault":"ok-lost"}', one],
    ['{"fault":"ok-lost","at":1,"onCommand":"AT"}', one],
    ['{"fault":"ok-lost","at":-1}', '"at" is -1: it must be a whole number from 0.'],
    ['{"fault":"ok-lost","at":1.5}', '"at" is 1.5: it must be a whole number from 0.'],
    ['{"fault":"ok-lost","at":1,"probability":2}', '"probability" is 2: it must be a number from 0 to 1.'],
    ['{"fault":"ok-lost","at":1,"direction":"in"}', '"direction" belongs to "onBytes": leave it out.'],
    ['{"fault":"ok-lost","onBytes":""}', '"onBytes" is "": it must be a string of 1–200 characters up to U+00FF.'],
    ['{"fault":"ok-lost","at":1,"for":2}', '"for" is unknown here: leave it out.'],
    ['{"fault":"ok-lost","at":1,"params":[]}', '"params" is []: it must be a JSON object.'],
    ['{"fault":"ok-lost","at":1,"params":{"x":1}}', 'ok-lost has no parameter "x": it takes none.'],
    [
      '{"fault":"noise","at":1,"params":{"direction":"up"}}',
      '"direction" of noise is "up": it must be one of "in", "out".',
    ],
  ])('%s', (entry, sentence) => {
    const json = `{"faults":[{"fault":"ok-lost","at":1},${entry}]}`
    expect(() => parseSchedule(json)).toThrow(new FaultError(`Entry 2 of the schedule: ${sentence}`))
  })

  test.each([
    ['{"faults":[],"__proto__":{}}', 'The schedule: "__proto__" is unknown here: leave it out.'],
    [
      '{"faults":[{"fault":"ok-lost","at":1,"__proto__":{}}]}',
      'The schedule: "faults.0.__proto__" is unknown here: leave it out.',
    ],
    [
      `{"faults":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`,
      'The schedule is nested deeper than 64 levels: nothing in one is.',
    ],
  ])('a field named __proto__ and deep nesting are refused: %#', (json, sentence) =>
    expect(() => parseSchedule(json)).toThrow(new FaultError(sentence)),
  )

  test('a byte order mark is skipped', () => {
    expect(parseSchedule('\ufeff{"faults":[]}').entries).toEqual([])
  })

  test('no JSON', () => {
    expect(() => parseSchedule('{\n\n5')).toThrow(/^The schedule is no JSON \([^\n]+\): write [^\n]+$/)
  })
})

test.each([
  ['AT+CMQTTPUB=0,1,60', 'AT+CMQTTPUB=*', true],
  ['at+cmqttpub=0,1,60', '+CMQTTPUB*', true],
  ['AT+CMQTTPUBX', 'AT+CMQTTPUB', false],
  ['AT+CMQTTPUB', 'CMQTTPUB', false],
  ['AT+CSQ', 'AT.CSQ', false],
  ['AT', 'AT*', true],
])('%s fits %s: %s', (command, glob, fits) => {
  expect(fitsGlob(command, glob)).toBe(fits)
})
