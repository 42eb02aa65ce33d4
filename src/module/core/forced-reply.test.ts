import { describe, expect, test } from 'vitest'
import { throughJson } from '../../../test/support/frozen.ts'
import { OK, okThen, PROMPT, PureModule, refused, said } from '../../../test/support/pure-module.ts'
import { mqttErrors, profiles } from '../../at/public.ts'
import type { InjectedDefect } from './injected-defect.ts'

const failing = (command: string, as: 'refusal' | 'result', code = 16) =>
  ({ kind: 'failing', command: `+CMQTT${command}`, as, code }) as const
const withDefects = (m: PureModule, ...defects: readonly InjectedDefect[]) => m.input({ type: 'defects', defects })

describe('a command is made to fail', () => {
  test.each([
    ['START', '+CMQTTSTART', '+CMQTTSTART: 16'],
    ['STOP', '+CMQTTSTOP', '+CMQTTSTOP: 16'],
    ['ACCQ', '+CMQTTACCQ=1,"x"', '+CMQTTACCQ: 1,16'],
    ['REL', '+CMQTTREL=1', '+CMQTTREL: 1,16'],
    ['CFG', '+CMQTTCFG="version",1,4', '+CMQTTCFG: 1,16'],
    ['CONNECT', '+CMQTTCONNECT=1,"tcp://a.bc",60,1', '+CMQTTCONNECT: 1,16'],
    ['DISC', '+CMQTTDISC=0,60', '+CMQTTDISC: 0,16'],
    ['WILLTOPIC', '+CMQTTWILLTOPIC=0,1', '+CMQTTWILLTOPIC: 0,16'],
    ['TOPIC', '+CMQTTTOPIC=0,1', '+CMQTTTOPIC: 0,16'],
    ['PUB', '+CMQTTPUB=0,1,60', '+CMQTTPUB: 0,16'],
    ['SUB', '+CMQTTSUB=0,1,1', '+CMQTTSUB: 0,16'],
  ])('%s is refused, before any prompt', (command, line, text) => {
    const m = withDefects(new PureModule().connected(), failing(command, 'refusal'))
    expect(m.at(line)).toBe(refused(text))
    expect(withDefects(m).at(line)).not.toContain(',16')
  })

  test.each([
    ['START', '+CMQTTSTART', okThen('+CMQTTSTART: 16')],
    ['CONNECT', '+CMQTTCONNECT=0,"tcp://a.bc",60,1', okThen('+CMQTTCONNECT: 0,16')],
    ['DISC', '+CMQTTDISC=0,60', okThen('+CMQTTDISC: 0,16')],
    ['PUB', '+CMQTTPUB=0,1,60', okThen('+CMQTTPUB: 0,16')],
    ['ACCQ', '+CMQTTACCQ=0,"x"', refused('+CMQTTACCQ: 0,16')],
  ])('%s fails by its result, where it has one that comes later', (command, line, reply) => {
    const m = withDefects(new PureModule(), failing(command, 'result'))
    expect(m.at(line)).toBe(reply)
    expect(m.dialled).toEqual([])
  })

  test.each([
    ['SUB', okThen('+CMQTTSUB: 0,16')],
    ['TOPIC', refused('+CMQTTTOPIC: 0,16')],
  ])('%s fails behind its data', (command, reply) => {
    const m = withDefects(new PureModule().connected(), failing(command, 'result'))
    expect(m.at(`+CMQTT${command}=0,1${command === 'SUB' ? ',1' : ''}`)).toBe(PROMPT)
    expect(m.type('t')).toBe(reply)
    expect(m.sent()).toEqual([])
  })

  test('for one client alone', () => {
    const m = withDefects(new PureModule().acquired(0).acquired(1), { ...failing('REL', 'refusal'), clientIndex: 1 })
    expect(m.at('+CMQTTREL=1')).toBe(refused('+CMQTTREL: 1,16'))
    expect(m.at('+CMQTTREL=0')).toBe(OK)
  })

  test('in every code', () => {
    for (const code of mqttErrors.keys())
      expect(withDefects(new PureModule(), failing('START', 'result', code)).at('+CMQTTSTART')).toBe(
        okThen(`+CMQTTSTART: ${code}`),
      )
  })

  test('but not in its test and read forms, nor with a syntax error', () => {
    const m = withDefects(new PureModule().acquired(), failing('REL', 'refusal'), failing('DISC', 'refusal'))
    expect(m.at('+CMQTTREL=?')).toBe(said('+CMQTTREL: (0-1)') + OK)
    expect(m.at('+CMQTTDISC?')).toBe(`${said('+CMQTTDISC: 0,1').slice(0, -2)}${said('+CMQTTDISC: 1,1')}${OK}`)
    expect(m.at('+CMQTTREL=7')).toBe(said('ERROR'))
  })

  test('in the order of the profile', () => {
    const older = new PureModule({ profile: profiles.sim7600! })
    expect(withDefects(older, failing('START', 'result')).at('+CMQTTSTART')).toBe(said('+CMQTTSTART: 16') + OK)
    const sibling = new PureModule({ profile: profiles.a76xx! }).acquired()
    const connect = '+CMQTTCONNECT=0,"tcp://a.bc",60,1'
    expect(withDefects(sibling, failing('CONNECT', 'result')).at(connect)).toBe(refused('+CMQTTCONNECT: 0,16'))
  })
})

test('defects are plain data of the state, and a reset does not remove them', () => {
  const m = withDefects(new PureModule(), { kind: 'okLost' }, { kind: 'busy', clientIndex: 0 })
  expect(throughJson(m.state)).toEqual(m.state)
  m.input({ type: 'reset' })
  m.got()
  expect(m.at('')).toBe('AT\r')
})

test('a prompt that is stuck keeps none of what it swallows', () => {
  const m = withDefects(new PureModule().acquired(), { kind: 'promptStuck' })
  m.at('+CMQTTTOPIC=0,3')
  for (let i = 0; i < 100; i++) m.type('AT+CSQ\r\x1b')
  expect(JSON.stringify(m.state).length).toBeLessThan(6000)
  expect(withDefects(m).got()).toBe(said('ERROR'))
  expect(m.prompted('+CMQTTTOPIC=0,1', 't')).toBe(PROMPT + OK)
})
