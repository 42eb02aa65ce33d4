import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { throughJson } from '../../../test/support/frozen.ts'
import {
  broker,
  ERROR,
  OK,
  PROMPT,
  type PureModule,
  type PureOptions,
  pureModule,
  realModule,
  said,
} from '../../../test/support/pure-module.ts'
import { commandsOf } from '../../at/commands/commands-of.ts'
import { type Profile, profiles } from '../../at/public.ts'
import { nextDeadline } from '../step.ts'

/** A profile in which every command takes a time of its own, so that a test can name it. */
const exact: Profile = {
  ...profiles.sim767x!,
  responseTimes: {
    quick: [10, 10],
    prompt: [20, 20],
    data: [25, 25],
    refused: [15, 15],
    other: [30, 30],
    storage: [200, 200],
    network: [400, 400],
    release: [300, 300],
    radio: [3000, 3000],
    commands: { '+CGACT': [1000, 1000] },
  },
}
const real = (options: PureOptions = {}): PureModule => realModule({ profile: exact, ...options })
/** What comes, and after how many ms. */
function answered(m: PureModule, bound = 200_000): readonly [ms: number, text: string] {
  const begin = m.now
  while (m.now - begin < bound) {
    const text = m.got()
    if (text !== '') return [m.now - begin, text]
    m.advance(1)
  }
  return [bound, '']
}

describe('while timing is real', () => {
  test.each([
    ['AT\r', 10, OK],
    ['AT+CSQ\r', 30, said('+CSQ: 23,0') + OK],
    ['AT+CGACT?\r', 10, said('+CGACT: 1,1') + OK],
    ['AT+CGACT=?\r', 10, said('+CGACT: (0,1)') + OK],
    ['AT+CGACT=1,1\r', 1000, OK],
    ['AT+NONSENSE=1\r', 10, ERROR],
    ['AT+CSQ=\r', 15, ERROR],
    ['AT"\r', 10, ERROR],
    ['AT+CMQTTSTART\r', 400, OK + said('+CMQTTSTART: 0')],
  ])('%j is answered after %i ms, all in one step', (typed, ms, text) => {
    const m = real()
    expect(m.type(typed)).toBe('')
    expect(answered(m)).toEqual([ms, text])
    expect(nextDeadline(m.state)).toBe(Number.POSITIVE_INFINITY)
  })

  test('what is typed is echoed at once, type-ahead when it is taken up', () => {
    const m = real({ echo: true })
    expect(m.type('AT\rAT+CSQ\r')).toBe('AT\r')
    expect(answered(m)).toEqual([10, `${OK}AT+CSQ\r`])
    expect(answered(m)).toEqual([30, said('+CSQ: 23,0') + OK])
  })

  test('a prompt whose data goes to flash', () => {
    const m = real()
    m.type('AT+CCERTDOWN="ca.pem",3\r')
    expect(answered(m)).toEqual([20, PROMPT])
    m.type('abc')
    m.advance(199)
    expect(m.effects.map(({ type }) => type)).not.toContain('store')
    m.advance(1)
    expect(m.effects).toMatchObject([{ type: 'store', operation: 'write', name: 'ca.pem' }])
    expect(m.input({ type: 'stored', line: 1, done: true, names: [] }).got()).toBe(OK)
  })

  test('a prompt comes late, and so does the result behind its data', () => {
    const m = real()
    m.acquired().advance(1000)
    m.got()
    m.type('AT+CMQTTTOPIC=0,3\r')
    expect(answered(m)).toEqual([20, PROMPT])
    expect(m.type('a/b')).toBe('')
    expect(answered(m)).toEqual([25, OK])
  })

  test('data that does not wait for the prompt is its data all the same', () => {
    const m = real()
    m.acquired().advance(1000)
    m.got()
    m.type('AT+CMQTTTOPIC=0,3\ra/bAT\r')
    expect(answered(m)).toEqual([20, PROMPT])
    expect(answered(m)).toEqual([25, OK])
    expect(answered(m)).toEqual([10, OK])
  })

  test('each command of a line takes its time, and the first that fails ends it', () => {
    const m = real()
    m.type('AT+CGACT?;+CSQ;+CGACT=0,9;+CSQ\r')
    expect(answered(m)).toEqual([10, said('+CGACT: 1,1')])
    expect(answered(m)).toEqual([30, said('+CSQ: 23,0')])
    expect(answered(m)).toEqual([15, said('+CME ERROR: CID is not defined')])
    expect(answered(m, 5000)[1]).toBe('')
  })

  test('URCs wait for the final result', () => {
    const m = real()
    m.type('AT+CSQ\r')
    m.advance(5).input({ type: 'urc', text: 'RING' })
    expect(m.got()).toBe('')
    expect(answered(m)).toEqual([25, said('+CSQ: 23,0') + OK + said('RING')])
  })

  test('a result never overtakes OK, however fast the server is', () => {
    const m = real()
    m.connected().advance(2000)
    m.opened().receives(broker.connack())
    m.type('AT+CMQTTSUB=0,1,1\r')
    m.advance(20)
    m.got()
    m.type('t')
    m.advance(24)
    expect([m.got(), m.sent().filter(({ type }) => type === 8)]).toEqual(['', []])
    m.advance(1)
    expect(m.sent().map(({ type }) => type)).toContain(8)
    m.receives(broker.suback(1))
    expect(m.got()).toBe(OK + said('+CMQTTSUB: 0,0'))
  })

  test('the limits of an operation count from its OK', () => {
    const m = real()
    m.connected().advance(2000)
    m.opened().receives(broker.connack())
    m.type('AT+CMQTTTOPIC=0,1\rtAT+CMQTTPUB=0,1,60\r')
    m.advance(20 + 25 + 29)
    m.got()
    expect(answered(m)).toEqual([1, OK])
    expect(answered(m)).toEqual([60_000, said('+CMQTTPUB: 0,17')])
  })

  test('a command that is withheld takes its time before, not behind', () => {
    const m = real({ profile: { ...profiles.a76xx!, responseTimes: exact.responseTimes } })
    m.acquired().advance(1000)
    m.got()
    m.type('AT+CMQTTCONNECT=0,"tcp://a.bc",60,1;+CSQ\r')
    m.advance(29)
    expect(m.dialled).toHaveLength(0)
    m.advance(1)
    expect(m.dialled).toHaveLength(1)
    m.advance(500).opened().receives(broker.connack())
    expect(answered(m)).toEqual([30, said('+CSQ: 23,0') + OK + said('+CMQTTCONNECT: 0,0')])
  })

  test('a reset drops what is under way, with its type-ahead', () => {
    const m = real()
    m.type('AT+CMQTTSTART\rAT+CSQ\r')
    m.advance(5).input({ type: 'reset' }).got()
    expect(m.advance(10_000).got()).not.toMatch(/OK|CSQ/)
    expect(m.state.service.mqtt.kind).toBe('stopped')
  })

  test('a restart answers first; what other lines are at, and type-ahead, ends without a result', () => {
    const m = real().attach(2).advance(1000)
    m.got(2)
    m.type('AT+CGACT=1,1\r', 2)
    m.type('AT+CRESET\rAT+CSQ\r')
    expect(answered(m)).toEqual([30, OK])
    expect(answered(m)[1]).toBe(said('QCRDY'))
    m.advance(60_000)
    expect([m.got(), m.got(2)].join('')).not.toMatch(/OK|CSQ|CGACT/)
    m.type('AT\r', 2)
    m.advance(10)
    expect(m.got(2)).toBe(OK)
  })

  test.each([
    ['AT+CMQTTSTOP', 'stopped'],
    ['AT+CMQTTACCQ?', 'stopped'],
    ['AT+CMQTTTOPIC=0,3', 'stopped'],
    ['AT+CMQTTSTART', 'acquired'],
    ['AT+CMQTTSTART=99', 'acquired'],
    ['AT+CMQTTSTOP', 'acquired'],
    ['AT+CMQTTPUB=0,0,60', 'acquired'],
    ['AT+CMQTTTOPIC=1,3', 'acquired'],
    ['AT+CGACT=1,9', 'acquired'],
    ['AT+CCERTDOWN="ca.pem",0', 'acquired'],
    ['AT+CFUN=6', 'acquired'],
  ] as const)('%j is refused without waiting for anything, when %s', (typed, state) => {
    const m = real()
    if (state === 'acquired') m.acquired().advance(2000)
    m.got()
    m.type(`${typed}\r`)
    expect(answered(m)).toEqual([15, expect.stringMatching(/ERROR/)])
  })

  test('what is refused is tried without effect: it is accepted when the state changes meanwhile', () => {
    const m = real().attach(2)
    m.advance(1000)
    m.type('AT+CMQTTSTART\r')
    m.advance(390)
    m.type('AT+CMQTTACCQ=0,"a"\r', 2)
    m.advance(15)
    expect([m.got(1), m.got(2)]).toEqual([OK + said('+CMQTTSTART: 0'), OK])
    expect(m.state.service.mqtt).toMatchObject({ clients: [{ kind: 'acquired' }, { kind: 'free' }] })
  })

  test('two lines work on their own', () => {
    const m = real().attach(2)
    m.advance(100).got(2)
    m.type('AT+CMQTTSTART\r')
    m.type('AT\r', 2)
    m.advance(10)
    expect([m.got(1), m.got(2)]).toEqual(['', OK])
    m.advance(390)
    expect([m.got(1), m.got(2)]).toEqual([OK + said('+CMQTTSTART: 0'), ''])
  })
})

/** Times and bytes of one session in the profile's own times. */
function session(seed: number, between: (m: PureModule) => void = () => {}): readonly unknown[] {
  const m = realModule({ seed })
  return ['AT', 'AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"a"', 'AT+CGACT=1,1', 'AT+CSQ', 'AT+CMQTTREL=0'].map((line) => {
    between(m)
    m.type(`${line}\r`)
    return answered(m)
  })
}

test('the same seed gives the same times, another one others', () => {
  expect(session(3)).toEqual(session(3))
  expect(session(3)).not.toEqual(session(4))
})

test('a state that was stored goes on with the same times', () => {
  const stored = session(3, (m) => {
    m.state = throughJson(m.state)
  })
  expect(stored).toEqual(session(3))
})

test('the times of one session differ', () => {
  const m = realModule({ seed: 1 })
  const times = Array.from({ length: 30 }, () => {
    m.type('AT+CSQ\r')
    return answered(m)[0]
  })
  expect(new Set(times).size).toBeGreaterThan(10)
})

describe.each(Object.keys(profiles))('%s, in its own times', (name) => {
  /** The slowest answer of many modules, ms, each in the state that `prepare` brings it into. */
  const slowest = (typed: string, prepare: (m: PureModule) => unknown): number =>
    Math.max(
      ...Array.from({ length: 30 }, (_, seed) => {
        const m = realModule({ seed, profile: profiles[name]! })
        prepare(m)
        m.advance(5000).got()
        m.type(typed)
        return answered(m)[0]
      }),
    )
  /** Connected, while each step takes its time. */
  const connected = (m: PureModule) => {
    for (const line of ['+CMQTTSTART', '+CMQTTACCQ=0,"a"', '+CMQTTCONNECT=0,"tcp://a.bc",60,1']) {
      m.at(line)
      m.advance(5000)
    }
    return m.opened().receives(broker.connack())
  }

  test('what is refused by state answers within 40 ms [time-1]', () => {
    expect(slowest('AT+CMQTTSTOP\r', () => {})).toBeLessThanOrEqual(40)
    expect(slowest('AT+CMQTTSTART\r', connected)).toBeLessThanOrEqual(40)
    expect(slowest('AT+CMQTTSTOP\r', connected)).toBeLessThanOrEqual(40)
  })

  test('a prompt, and OK behind its data, within 20 ms [time-2]', () => {
    expect(slowest('AT+CMQTTTOPIC=0,3\r', connected)).toBeLessThanOrEqual(20)
    const prompted = (m: PureModule) => connected(m).advance(5000).at('+CMQTTTOPIC=0,3')
    expect(slowest('a/b', prompted)).toBeLessThanOrEqual(20)
  })

  test('STOP within 1 s [time-4]', () => {
    expect(slowest('AT+CMQTTSTOP\r', (m) => m.at('+CMQTTSTART'))).toBeLessThanOrEqual(1000)
  })

  test('the result of a QoS 0 PUB within 40 ms [time-3]', () => {
    const ready = (m: PureModule) => {
      connected(m).advance(5000).at('+CMQTTTOPIC=0,3')
      m.advance(5000).type('a/b')
    }
    expect(slowest('AT+CMQTTPUB=0,0,60\r', ready)).toBeLessThanOrEqual(40)
  })
})

test('every drawn time is in its span, and the whole span is used', () => {
  const times = Array.from({ length: 300 }, (_, seed) => {
    const m = realModule({ seed })
    m.type('AT+CMQTTSTART\r')
    return answered(m)[0]
  })
  const [least, most] = profiles.sim767x!.responseTimes.network
  expect(Math.min(...times)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...times)).toBeLessThanOrEqual(most)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan((most - least) * 0.9)
})

const typed = fc.constantFrom(
  'AT\r',
  'ATE1\r',
  'ATE0\r',
  'A/',
  'AT+CMQTTSTART\r',
  'AT+CMQTTSTOP\r',
  'AT+CMQTTACCQ=0,"a"\r\n',
  'AT+CMQTTREL=0\r',
  'AT+CMQTTTOPIC=0,5\r',
  'AT+CMQTTPAYLOAD=0,2;+CSQ\r',
  'hello',
  '\n',
  'AT+CSQ;+CMQTTACCQ?;+CGACT=1,9;I\r',
  'AT+CMQTTWILLTOPIC=0,3\r',
  'AT+CCERTLIST\r',
)

test('real timing changes when bytes come, never which', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(typed, fc.nat(40)), { maxLength: 20 }), (inputs) => {
      const fast = pureModule({ echo: true, promptTimeoutMs: 0 })
      const slow = realModule({ echo: true, promptTimeoutMs: 0 })
      for (const m of [fast, slow])
        for (const [text, wait] of inputs) {
          m.input({ type: 'bytes', line: 1, bytes: Buffer.from(text, 'latin1') })
          m.advance(wait)
          if (m.state.lines[0]!.mode.kind === 'executing')
            m.input({ type: 'stored', line: 1, done: true, names: ['x'] })
        }
      for (let i = 0; i < 40; i++) {
        slow.advance(2000)
        for (const m of [fast, slow]) m.input({ type: 'stored', line: 1, done: true, names: ['x'] })
      }
      expect(slow.got()).toBe(fast.got())
      const { service, lines } = fast.state
      expect(slow.state).toMatchObject({ service, lines })
    }),
    { numRuns: 300 },
  )
})

describe.each(Object.values(profiles))('the response times of $name', (profile) => {
  const { commands, ...spans } = profile.responseTimes

  test('are spans of whole ms, below the slowest reply of 5 s unless the command is allowed more', () => {
    for (const [least, most] of [...Object.values(spans), ...Object.values(commands)]) {
      expect([Number.isInteger(least), Number.isInteger(most)]).toEqual([true, true])
      expect(0 < least && least <= most && most <= 5000).toBe(true)
    }
  })

  test('are below the maximum that a definition names', () => {
    for (const { name, effort = 'other', maxResponseMs = 5000 } of Object.values(commandsOf(profile)))
      expect((commands[name] ?? spans[effort])[1]).toBeLessThanOrEqual(maxResponseMs)
  })
})
