import { describe, expect, test } from 'vitest'
import { ERROR, OK, pureModule, said } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

describe('results', () => {
  test('ATQ1: information and URCs come, results do not', () => {
    const m = pureModule()
    expect(m.at('Q1')).toBe('')
    expect(m.at('+CSQ')).toBe(said('+CSQ: 23,0'))
    expect(m.at('+NOSUCH')).toBe('')
    expect(m.input({ type: 'urc', text: 'RING' }).got()).toBe(said('RING'))
    expect(m.at('Q0')).toBe(OK)
  })

  test('ATV0 where the family has it: numbers, and information without the CR LF in front', () => {
    const m = pureModule({ profile: profiles.a76xx! })
    expect(m.at('V0')).toBe('0\r')
    expect(m.at('+CSQ')).toBe('+CSQ: 23,0\r\n0\r')
    expect(m.at('+NOSUCH')).toBe('4\r')
    expect(m.at('V1')).toBe(OK)
  })

  test('ATV0 where it has not', () => {
    const m = pureModule()
    expect(m.at('V0')).toBe(ERROR)
    expect(m.at('')).toBe(OK)
  })

  test('several basic commands on one line', () => {
    const m = pureModule({ echo: true })
    expect(m.type('ATE0V1Q0\r')).toBe(`ATE0V1Q0\r${OK}`)
    expect(m.at('&FZE0&W')).toBe(OK)
    expect(m.at('&FE0Q1')).toBe('')
  })
})

describe('stored settings', () => {
  test('ATZ brings back what AT&W stored, on any line, after a restart too [life-21 device-16]', () => {
    const m = pureModule().attach(2, true)
    for (const command of ['+IFC=2,2', '&C0&D2', '&W']) expect(m.at(command)).toBe(OK)
    m.input({ type: 'reset' })
    for (const line of [1, 2]) {
      m.got(line)
      expect(m.type('AT+IFC?\r', line)).toBe(`AT+IFC?\r${said('+IFC: 0,0')}${OK}`)
      expect(m.type('ATZ\r', line)).toBe(`ATZ\r${OK}`)
      expect(m.type('AT+IFC?\r', line)).toBe(said('+IFC: 2,2') + OK)
      expect(m.type('AT&V\r', line)).toContain('E: 0; Q: 0; &C: 0; &D: 2;')
    }
  })

  test('ATZ brings the defaults when nothing is stored [device-17]', () => {
    const m = pureModule()
    m.at('+IFC=2,2')
    expect(m.type('ATZ\r')).toBe(OK)
    expect(m.type('AT+IFC?\r')).toBe(`AT+IFC?\r${said('+IFC: 0,0')}${OK}`)
  })

  test('AT&F does not touch what is stored', () => {
    const m = pureModule()
    m.at('+IFC=2')
    m.at('&W')
    m.at('&FE0')
    expect(m.at('+IFC?')).toBe(said('+IFC: 0,0') + OK)
    m.at('Z')
    expect(m.at('+IFC?')).toBe(said('+IFC: 2,2') + OK)
  })

  test('AT&F brings the reports of all to their defaults [device-18]', () => {
    const m = pureModule()
    for (const command of ['+CREG=2', '+CEREG=1', '+CMEE=0', '+CTZR=1', '&FE0']) m.at(command)
    expect(m.at('+CEREG?;+CMEE?;+CTZR?;+CTZU?')).toBe(
      ['+CEREG: 0,1', '+CMEE: 2', '+CTZR: 0', '+CTZU: 0'].map(said).join('') + OK,
    )
  })

  test('lines have settings of their own', () => {
    const m = pureModule().attach(2)
    m.at('Q1')
    m.at('+IPR=9600')
    expect(m.at('+IPR?', 2)).toBe(said('+IPR: 115200') + OK)
  })
})
