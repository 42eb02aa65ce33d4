import { describe, expect, test } from 'vitest'
import { FaultyModule } from '../../test/support/module/faulty-module.ts'
import { perform } from './requests.ts'
import { login, rig } from './testing.ts'

function operated() {
  const made = rig()
  const calls = { events: 0, fresh: 0 }
  const streams = { streamEvents: () => void calls.events++, fresh: () => void calls.fresh++ }
  const context = { module: made.module, faults: made.faults, ...streams }
  return { ...made, calls, ask: (request: unknown) => perform(context, JSON.stringify(request)), context }
}

describe('operations', () => {
  test('urc prints its text as UTF-8', () => {
    const { ask, heard } = operated()
    expect(ask({ op: 'urc', text: 'RING ü' })).toEqual({ ok: true })
    expect(heard()).toBe('\r\nRING \xc3\xbc\r\n')
  })

  test.each(['down', 'silent', 'up'])('network %s', (state) => {
    const { ask, module } = operated()
    expect(ask({ op: 'network', state })).toEqual({ ok: true })
    expect(module.state().cellular.network.coverage).toBe(state)
  })

  test('reset is a power-on', () => {
    const { ask, type, module, heard } = operated()
    type('AT+CMQTTSTART\r')
    expect(ask({ op: 'reset' })).toEqual({ ok: true })
    expect(module.state().service.mqtt.kind).toBe('stopped')
    expect(heard()).toContain('PB DONE')
  })

  test('power off, and on again with boot lines', () => {
    const { ask, module, heard } = operated()
    expect(ask({ op: 'power', state: 'off' })).toEqual({ ok: true })
    expect([module.state().cellular.power.kind, heard()]).toEqual(['off', ''])
    expect(ask({ op: 'power', state: 'on' })).toEqual({ ok: true })
    expect(heard()).toContain('PB DONE')
  })

  test('sim remove and insert', () => {
    const { ask, module, heard } = operated()
    expect(ask({ op: 'sim', state: 'remove' })).toEqual({ ok: true })
    expect([module.state().cellular.sim.kind, heard()]).toEqual(['removed', '\r\n+CPIN: NOT INSERTED\r\n'])
    expect(ask({ op: 'sim', state: 'insert' })).toEqual({ ok: true })
    expect(module.state().cellular.sim.kind).toBe('ready')
  })

  test('radio changes only the given values', () => {
    const { ask, module } = operated()
    expect(ask({ op: 'radio', signal: 3, admits: 'roaming', refusedApns: ['IoT'] })).toEqual({ ok: true })
    expect(module.state().cellular.network).toMatchObject({
      signal: 3,
      admits: 'roaming',
      refusedApns: ['iot'],
      zone: 0,
    })
  })

  test('fault starts one, faults lists it, endFault ends it', () => {
    const { ask, type, heard, clock } = operated()
    type('ATE0\r')
    expect(ask({ op: 'fault', name: 'result-late', params: { afterMs: 5000 }, forMs: 9000 })).toEqual({
      ok: true,
      id: 1,
    })
    expect(ask({ op: 'fault', name: 'ok-lost' })).toEqual({ ok: true, id: 2 })
    const late = { id: 1, name: 'result-late', params: { afterMs: 5000 }, startedMs: 0 }
    const lost = { id: 2, name: 'ok-lost', params: {}, startedMs: 0 }
    expect(ask({ op: 'faults' })).toMatchObject({ ok: true, seed: 1, faults: [late, lost] })
    expect(ask({ op: 'endFault', fault: 'ok-lost' })).toEqual({ ok: true, ended: 1 })
    clock.advance(9000)
    expect(ask({ op: 'endFault', fault: 1 })).toEqual({ ok: true, ended: 0 })
    expect(ask({ op: 'fault', name: 'network-lost' })).toEqual({ ok: true, id: 3 })
    expect(ask({ op: 'endFault', fault: 'all' })).toEqual({ ok: true, ended: 1 })
    expect(ask({ op: 'faults' })).toMatchObject({ ok: true, seed: 1, faults: [] })
    expect(heard()).toBe('ATE0\r\r\nOK\r\n')
  })

  test('a fault with onCommand waits for a command that fits, and that is the first of forCommands', () => {
    const { ask, type, heard } = operated()
    const lost = { op: 'fault', name: 'ok-lost', onCommand: 'AT+CSQ*', forCommands: 1 }
    expect(ask(lost)).toEqual({ ok: true, id: 1 })
    expect(ask({ op: 'faults' })).toMatchObject({
      faults: [],
      records: [{ name: 'ok-lost', at: 'AT+CSQ*', touched: false }],
    })
    type('ATE0\rAT+CSQ\rAT\rAT+CSQ\r')
    expect(heard()).toBe('ATE0\r\r\nOK\r\n\r\n+CSQ: 23,0\r\n\r\nOK\r\n\r\n+CSQ: 23,0\r\n\r\nOK\r\n')
    expect(ask({ op: 'faults' })).toMatchObject({ records: [{ startedMs: 0, endedMs: 0, touched: true }] })
    ask(lost)
    expect(ask({ op: 'endFault', fault: 'ok-lost' })).toEqual({ ok: true, ended: 1 })
    ask(lost)
    expect(ask({ op: 'endFault', fault: 'all' })).toEqual({ ok: true, ended: 1 })
    type('AT+CSQ\r')
    expect(heard()).toMatch(/CSQ: 23,0\r\n\r\nOK\r\n$/)
    expect(ask({ ...lost, onCommand: '' })).toMatchObject({ ok: false, error: expect.stringContaining('"onCommand"') })
  })

  test.each([
    { op: 'network', state: 'down' },
    { op: 'power', state: 'off' },
    { op: 'reset' },
    { op: 'sim', state: 'remove' },
    { op: 'radio', admits: 'denied' },
  ])('%j tells servers nothing; with announce it does [conn-48]', (request) => {
    for (const [announce, left] of [
      [{}, 1],
      [{ announce: false }, 1],
      [{ announce: true }, 0],
    ] as const) {
      const m = new FaultyModule().connected()
      const line = JSON.stringify({ ...request, ...announce })
      expect(perform({ module: m.module, faults: m.faults, streamEvents() {}, fresh() {} }, line)).toEqual({ ok: true })
      expect(m.server.open).toBe(left)
    }
  })

  test('without faults their operations are refused', () => {
    const { context } = operated()
    expect(perform({ ...context, faults: undefined }, '{"op":"faults"}')).toMatchObject({ ok: false })
  })

  test('fresh is done by whoever has what is around the module', () => {
    const { ask, calls } = operated()
    expect(ask({ op: 'fresh' })).toEqual({ ok: true })
    expect(calls.fresh).toBe(1)
  })

  test('events starts the stream', () => {
    const { ask, calls } = operated()
    expect(ask({ op: 'events' })).toEqual({ ok: true })
    expect(calls.events).toBe(1)
  })

  test('state tells what there is, without the password', () => {
    const { ask, type } = operated()
    type(login('s3cret'))
    type('AT+CMQTTSUB=0,3,1\ra/b')
    type('AT+CMQTTTOPIC=0,9\rabc')
    const reply = ask({ op: 'state' })
    expect(reply).toEqual({
      ok: true,
      state: {
        power: 'on',
        sim: { kind: 'ready', busy: false, pinTries: 3, pukTries: 10 },
        network: {
          coverage: 'up',
          signal: 23,
          admits: 'home',
          refusedApns: ['refused'],
          zone: 0,
          registration: 1,
          contexts: [{ cid: 1, type: 'IP', apn: 'internet', active: true }],
        },
        service: 'started',
        clients: [
          {
            clientIndex: 0,
            kind: 'connected',
            clientId: 'dev',
            serverType: 0,
            config: expect.objectContaining({ opTimeout: expect.any(Number) }),
            filters: ['a/b'],
            staged: {},
            server: 'tcp://broker:1883',
            keepaliveTime: 60,
            cleanSession: 1,
            userName: 'user',
            congested: false,
          },
          { clientIndex: 1, kind: 'free' },
        ],
        lines: [
          {
            name: 'at0',
            hasHost: true,
            echo: true,
            mode: { kind: 'data', command: expect.any(String), wanted: 9, got: 3 },
            typeAheadBytes: 0,
            heldBytes: 0,
          },
        ],
        sessions: [],
      },
    })
    expect(JSON.stringify(reply)).not.toContain('s3cret')
  })

  test('state counts what stored sessions hold', () => {
    const { ask, type, options } = operated()
    type(login('s3cret').replace(',60,1,', ',60,0,'))
    options.answers = false
    type('AT+CMQTTTOPIC=0,1\rtAT+CMQTTPAYLOAD=0,1\rpAT+CMQTTPUB=0,1,60\rAT+CMQTTDISC=0,60\r')
    expect(ask({ op: 'state' })).toMatchObject({
      state: { sessions: [{ clientId: 'dev', server: 'broker:1883', outgoing: 1, incoming: 0 }] },
    })
  })
})

describe('refusals', () => {
  const ops =
    '"state", "reset", "fresh", "urc", "network", "power", "sim", "radio", "fault", "endFault", "faults", "explain" or "events"'
  const text = 'a string of 1–1000 characters without control characters such as CR and LF'

  test.each([
    [{}, `"op" is missing: it must be ${ops}.`],
    [{ op: 'stat' }, `"op" is "stat": it must be ${ops}. Did you mean "state"?`],
    [{ op: 'rain' }, `"op" is "rain": it must be ${ops}.`],
    [{ op: 'constructor' }, `"op" is "constructor": it must be ${ops}.`],
    [{ op: 7 }, `"op" is 7: it must be ${ops}.`],
    [{ op: 'network' }, '"state" is missing: it must be "down", "up" or "silent".'],
    [{ op: 'network', state: 'off' }, '"state" is "off": it must be "down", "up" or "silent".'],
    [{ op: 'power', state: 'up' }, '"state" is "up": it must be "on" or "off".'],
    [{ op: 'sim' }, '"state" is missing: it must be "insert", "remove", "busy" or "idle".'],
    [{ op: 'radio', signal: 32 }, '"signal" is 32: it must be 0–31, or 99 for unknown.'],
    [{ op: 'state', verbose: true }, '"verbose" is no field of this operation: leave it out.'],
    [{ op: 'radio', sgnal: 1 }, '"sgnal" is no field of this operation: leave it out. Did you mean "signal"?'],
    [{ op: 'reset', announce: 1 }, '"announce" is 1: it must be true or false.'],
    [{ op: 'fault' }, '"name" is missing: it must be the name of a fault, such as "socket-reset".'],
    [{ op: 'fault', name: 'nonsense' }, 'There is no fault "nonsense": "atmqtt faults" lists them.'],
    [
      { op: 'fault', name: 'socket-rest' },
      'There is no fault "socket-rest": "atmqtt faults" lists them. Did you mean "socket-reset"?',
    ],
    [
      { op: 'fault', name: 'ok-delayed', params: { afterMS: 1 } },
      'ok-delayed has no parameter "afterMS": it takes line, afterMs. Did you mean "afterMs"?',
    ],
    [
      { op: 'fault', name: 'ok-delayed', params: { afterMs: 'soon' } },
      '"afterMs" of ok-delayed is "soon": it must be a whole number, 1–600000.',
    ],
    [
      { op: 'fault', name: 'network-lost', params: { ms: 1 } },
      'network-lost has no parameter "ms": it takes announce.',
    ],
    [{ op: 'fault', name: 'cable-out', params: { line: 'x' } }, 'There is no line "x": there is "at0".'],
    [{ op: 'endFault' }, '"fault" is missing: it must be the name of a fault, its number, or "all".'],
    [{ op: 'urc', text: '' }, `"text" is "": it must be ${text}.`],
    [{ op: 'urc', text: 'a\nb' }, `"text" is "a\\nb": it must be ${text}.`],
    [{ op: 'urc', text: 5 }, `"text" is 5: it must be ${text}.`],
    [{ op: 'urc', text: 'x'.repeat(1001) }, `"text" is "${'x'.repeat(59)}…: it must be ${text}.`],
  ])('%j', (request, error) => {
    expect(operated().ask(request)).toEqual({ ok: false, error })
  })

  test.each([
    ['{"op":"state","__proto__":{}}', '"__proto__" is no field of this operation: leave it out.'],
    [
      '{"op":"fault","name":"socket-reset","params":{"__proto__":1}}',
      '"params.__proto__" is no field of this operation: leave it out.',
    ],
    [`{"op":"urc","text":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'nested deeper than 64 levels'],
    [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'nested deeper than 64 levels'],
    [`${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`, 'nested deeper than 64 levels'],
  ])('a field named __proto__ and deep nesting are refused: %#', (line, sentence) => {
    const { context, module } = operated()
    const before = module.state()
    expect(perform(context, line)).toEqual({ ok: false, error: expect.stringContaining(sentence) })
    expect(module.state()).toBe(before)
  })

  test.each(['', '{', '[]', '"state"', 'null', 'state'])('%j is no JSON object', (line) => {
    const { context } = operated()
    expect(perform(context, line)).toEqual({ ok: false, error: expect.stringContaining('is no JSON object') })
  })

  test('1000 characters are not too many', () => {
    expect(operated().ask({ op: 'urc', text: 'x'.repeat(1000) })).toEqual({ ok: true })
  })
})
