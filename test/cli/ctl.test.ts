import { afterEach, describe, expect, test } from 'vitest'
import { controlRequest } from '../../src/cli/ctl/ctl-request.ts'
import { startControl } from '../../src/control/public.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { runHere } from '../support/cli.ts'
import { FaultyModule } from '../support/module/faulty-module.ts'
import { silentLog } from '../support/silent-log.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

describe('what is sent', () => {
  test.each<[readonly [string, string?, string?], object]>([
    [['radio', '{"signal":5}'], { op: 'radio', signal: 5 }],
    [['reset', '{"announce":true}'], { op: 'reset', announce: true }],
    [['network', 'down', '{"announce":true}'], { op: 'network', state: 'down', announce: true }],
    [['urc', '123'], { op: 'urc', text: '123' }],
    [['endFault', '3'], { op: 'endFault', fault: 3 }],
    [['endFault', 'all'], { op: 'endFault', fault: 'all' }],
    [['fault', 'ok-delayed'], { op: 'fault', name: 'ok-delayed' }],
    [['fault', 'ok-delayed', '{"afterMs":9}'], { op: 'fault', name: 'ok-delayed', params: { afterMs: 9 } }],
    [
      ['fault', 'ok-delayed', '{"afterMs":9,"forMs":500}'],
      { op: 'fault', name: 'ok-delayed', params: { afterMs: 9 }, forMs: 500 },
    ],
    [['fault', 'prompt-lost', '{"forCommands":1}'], { op: 'fault', name: 'prompt-lost', forCommands: 1 }],
    [
      ['fault', 'busy-while-receiving', '{"forMs":200}'],
      { op: 'fault', name: 'busy-while-receiving', params: { forMs: 200 } },
    ],
    [
      ['fault', 'busy-while-receiving', '{"params":{"forMs":200},"forMs":5000}'],
      { op: 'fault', name: 'busy-while-receiving', params: { forMs: 200 }, forMs: 5000 },
    ],
  ])('%j', ([op, value, json], request) => expect(controlRequest(op, value, json)).toEqual(request))
})

test('radio and the duration of a fault reach the module', async () => {
  const { module, faults } = new FaultyModule()
  const control = await startControl({
    host: '127.0.0.1',
    port: 0,
    module,
    faults,
    clock: nodeClock,
    log: silentLog,
    fresh() {},
  })
  closers.push(() => control.close())
  const ctl = async (...args: readonly string[]) => {
    const { code, out } = await runHere(['ctl', ...args, '--control', control.address])
    return [code, JSON.parse(out)]
  }
  expect(await ctl('radio', '{"signal":5}')).toEqual([0, { ok: true }])
  expect(module.state().cellular.network.signal).toBe(5)
  expect(await ctl('fault', 'prompt-lost', '{"forCommands":1}')).toEqual([0, { ok: true, id: 1 }])
  expect(await ctl('fault', 'promt-lost')).toEqual([
    1,
    { ok: false, error: 'There is no fault "promt-lost": "atmqtt faults" lists them. Did you mean "prompt-lost"?' },
  ])
  expect(await ctl('network', 'dwn')).toMatchObject([1, { error: expect.stringContaining('"down", "up" or "silent"') }])
})

test('an operation that is none is refused before anybody is asked, with the nearest one', async () => {
  const { code, out, err } = await runHere(['ctl', 'netwrk', 'down', '--control', '127.0.0.1:1'])
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^atmqtt: ctl: "op" is "netwrk": it must be "state", .*\. Did you mean "network"\?\n$/)
})

test('the help lists every operation with its values and fields; their values stand on its page', async () => {
  const { code, out: bytes } = await runHere(['ctl', '--help'])
  const out = Buffer.from(bytes, 'latin1').toString('utf8')
  expect(code).toBe(0)
  expect(out).toContain('  network down|up|silent [JSON]')
  expect(out).toContain('  radio JSON ')
  expect(out).toContain('  radio: signal, admits, refusedApns, zone, announce')
  expect(out).toContain('  fault: forMs, forCommands, onCommand, the parameters that')
})
