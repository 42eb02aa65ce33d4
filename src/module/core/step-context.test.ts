import { expect, test } from 'vitest'
import { OK, type PureModule, pureModule } from '../../../test/support/pure-module.ts'
import type { ModuleState } from './state.ts'
import { emptySchedule } from './step-context.ts'

/** The groups of the state that are other objects after `act`. */
function changed(m: PureModule, act: (m: PureModule) => unknown): readonly string[] {
  const before = m.state
  act(m)
  const keys = Object.keys(before) as (keyof ModuleState)[]
  return keys.filter((key) => key !== 'lines' && m.state[key] !== before[key])
}

test.each<[string, (m: PureModule) => unknown, readonly string[]]>([
  ['a byte that is echoed', (m) => m.type('A'), []],
  ['a command that only reads', (m) => m.at('+CMQTTCONNECT?'), []],
  ['input for PUB', (m) => m.prompted('+CMQTTTOPIC=0,1', 't'), ['service']],
  ['a message from the server', (m) => m.receives(Uint8Array.of(0x30, 4, 0, 1, 0x74, 0x78)), ['service']],
  ['a change of the network', (m) => m.input({ type: 'radio', change: { signal: 3 } }), ['cellular']],
  ['AT+CMEE=2', (m) => m.at('+CMEE=2'), ['cellular']],
  ['AT&W', (m) => m.at('&W'), ['nonVolatile']],
  ['a defect', (m) => m.input({ type: 'defects', defects: [{ kind: 'unheld' }] }), ['defects']],
  ['time that brings nothing', (m) => m.input({ type: 'time' }), []],
])('a step copies the groups that it changes, no others: %s', (_, act, groups) => {
  expect(changed(pureModule({ echo: true }).connected(), act)).toEqual(groups)
})

test('a step copies the lines that it changes, no others', () => {
  const m = pureModule().attach(2)
  const [first, second] = m.state.lines
  expect(m.at('', 2)).toBe(OK)
  expect([m.state.lines[0] === first, m.state.lines[1] === second]).toEqual([true, false])
})

test('the empty schedule that modules share is never changed', () => {
  const m = pureModule({ timing: 'real' }).input({ type: 'reset' }).advance(600_000)
  expect(m.state.schedule.events).toEqual([])
  m.input({ type: 'reset' }).advance(600_000)
  expect(emptySchedule).toEqual({ events: [], urcs: [] })
})
