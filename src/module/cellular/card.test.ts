import { describe, expect, test } from 'vitest'
import { OK, type PureModule, pureModule, said, withoutResponseTimes } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'
import type { SimAction } from '../public.ts'

const quick = withoutResponseTimes(profiles.sim767x!)
const lines = (...texts: readonly string[]): string => texts.map(said).join('')
const sim = (m: PureModule, action: SimAction): string => m.input({ type: 'sim', action }).got()
const ready = lines('+CPIN: READY', 'SMS DONE', 'PB DONE')
const busy = said('+CME ERROR: SIM busy')

describe('a SIM that is put in and taken out', () => {
  test('says so once', () => {
    const m = pureModule()
    expect(sim(m, 'remove')).toBe(said('+CPIN: NOT INSERTED'))
    expect(sim(m, 'remove')).toBe('')
    expect(sim(m, 'insert')).toBe(ready)
    expect(sim(m, 'insert')).toBe('')
  })

  test.each(['a76xx', 'sim7600'])(
    '%s: +SIMCARD when it is taken out or loses its power, once [device-5 device-6]',
    (name) => {
      const m = pureModule({ profile: profiles[name]! })
      m.at('+CGEREP=0')
      const gone = said('+SIMCARD: NOT AVAILABLE')
      expect(sim(m, 'remove')).toBe(said('+CPIN: SIM REMOVED') + gone)
      expect(m.at('+CFUN=0')).toBe(OK)
      m.at('+CFUN=1')
      sim(m, 'insert')
      expect(m.at('+CFUN=0')).toBe(OK + gone)
      expect(m.at('+CFUN=0')).toBe(OK)
      expect(sim(m, 'remove')).toBe(said('+CPIN: SIM REMOVED'))
    },
  )

  test('with a PIN, is asked for it each time', () => {
    const m = pureModule({ simPin: '4711' })
    m.at('+CPIN=4711')
    sim(m, 'remove')
    expect(sim(m, 'insert')).toBe(said('+CPIN: SIM PIN'))
    expect(m.at('+CPIN=4711')).toBe(OK + ready)
  })

  test.each([
    ['sim767x', 0],
    ['a76xx', 0],
    ['a76xx', 8],
  ])('%s: is not read while AT+CFUN=%i, and is with AT+CFUN=1', (name, fun) => {
    const profile = withoutResponseTimes(profiles[name]!)
    const waiting = profile.boot.filter(({ needs }) => needs === 'sim').map(({ text }) => text)
    const m = pureModule({ profile, hasSim: false })
    for (const command of ['+CGEREP=0', `+CFUN=${fun}`]) m.at(command)
    expect(sim(m, 'insert')).toBe('')
    expect(m.at('+CPIN?')).toContain('+CME ERROR: SIM failure')
    expect(m.at('+CFUN=1')).toBe(OK + lines('+CPIN: READY', ...waiting))
  })

  test.each([4, 5])('is read with AT+CFUN=%i', (fun) => {
    const m = pureModule({ hasSim: false })
    for (const command of ['+CGEREP=0', `+CFUN=${fun}`]) m.at(command)
    expect(sim(m, 'insert')).toBe(ready)
  })

  test('before its boot line, is announced with it', () => {
    const m = pureModule({ profile: quick, timing: 'real', hasSim: false })
    expect(sim(m, 'insert')).toBe('')
    m.advance(30_000)
    expect(m.got().match(/CPIN: READY|SMS DONE|PB DONE/g)).toEqual(['CPIN: READY', 'SMS DONE', 'PB DONE'])
  })

  test('after it, is followed by what waits for the SIM, as long after it as at boot', () => {
    const m = pureModule({ profile: quick, timing: 'real', hasSim: false }).advance(30_000)
    m.type('ATE0\r')
    expect(sim(m, 'insert')).toBe(said('+CPIN: READY'))
    const at = (text: string) => quick.boot.find((line) => line.text === text)!.afterMs
    const cardAt = quick.boot.find(({ needs }) => needs === 'card')!.afterMs
    m.advance(at('SMS DONE') - cardAt - 1)
    expect(m.got()).toBe('')
    expect(m.advance(1).got()).toBe(said('SMS DONE'))
    m.advance(at('PB DONE') - at('SMS DONE') - 1)
    expect(m.got()).toBe('')
    expect(m.advance(1).got()).toBe(said('PB DONE'))
  })

  test('while the module is off, says nothing, and is there at power-on', () => {
    const m = pureModule({ hasSim: false })
    m.input({ type: 'power', on: false })
    expect([sim(m, 'insert'), sim(m, 'remove'), sim(m, 'insert')]).toEqual(['', '', ''])
    expect(m.input({ type: 'power', on: true }).got()).toContain(ready)
  })
})

describe('a SIM that does not answer', () => {
  test('is busy until it does', () => {
    const m = pureModule()
    expect(sim(m, 'busy')).toBe('')
    expect(m.at('+CPIN?')).toBe(busy)
    expect(sim(m, 'idle')).toBe('')
    expect(m.at('+CPIN?')).toBe(said('+CPIN: READY') + OK)
  })

  test('and was put in meanwhile is announced when it answers', () => {
    const m = pureModule({ hasSim: false })
    sim(m, 'busy')
    expect(sim(m, 'insert')).toBe('')
    expect(m.at('+CPIN?')).toBe(busy)
    expect(sim(m, 'idle')).toBe(ready)
  })

  test('at boot, is announced when it answers, and the module registers then', () => {
    const m = pureModule()
    sim(m, 'busy')
    m.input({ type: 'reset' }).type('ATE0\r')
    m.got()
    expect(m.at('+CEREG?')).toBe(said('+CEREG: 0,0') + OK)
    expect(sim(m, 'idle')).toBe(ready)
    expect(m.at('+CEREG?')).toBe(said('+CEREG: 0,1') + OK)
  })

  test('and is powered off by AT+CFUN=0 is not announced when it answers', () => {
    const m = pureModule()
    sim(m, 'busy')
    m.at('+CFUN=0')
    expect(sim(m, 'idle')).toBe('')
    expect(m.at('+CFUN=1')).toBe(OK + ready)
  })
})

describe('a search', () => {
  const searching = () => {
    const m = pureModule({ profile: quick, timing: 'real' }).advance(30_000)
    m.type('ATE0\r')
    m.at('+CREG=1')
    m.input({ type: 'network', coverage: 'down' }).input({ type: 'network', coverage: 'up' })
    m.got()
    return m
  }

  test('under way is not begun anew by other changes', () => {
    const m = searching().advance(2000)
    m.input({ type: 'radio', change: { signal: 10 } })
    expect(m.advance(499).got()).toBe('')
    expect(m.advance(1).got()).toBe(said('+CREG: 1'))
    expect(m.advance(10_000).got()).toBe('')
  })

  test('that was given up is begun from its start', () => {
    const m = searching().advance(2000)
    m.input({ type: 'network', coverage: 'down' }).input({ type: 'network', coverage: 'up' })
    expect(m.advance(2499).got()).toBe('')
    expect(m.advance(1).got()).toBe(said('+CREG: 1'))
  })

  test('finds what has changed meanwhile', () => {
    const m = searching().advance(2000)
    m.input({ type: 'radio', change: { admits: 'roaming' } })
    expect(m.advance(500).got()).toBe(said('+CREG: 5'))
  })

  test('ends without the SIM', () => {
    const m = searching().advance(2000)
    expect(sim(m, 'remove')).toBe(lines('+CPIN: NOT INSERTED', '+CREG: 0'))
    expect(m.advance(10_000).got()).toBe('')
  })
})

test('only a change of coverage concerns the sockets', () => {
  const m = pureModule()
  const coverages = () => m.effects.flatMap((effect) => (effect.type === 'coverage' ? [effect.silent] : []))
  const after = [
    m.input({ type: 'radio', change: { signal: 5 } }) && coverages(),
    m.input({ type: 'network', coverage: 'silent' }) && coverages(),
    m.input({ type: 'network', coverage: 'up' }) && coverages(),
    m.input({ type: 'network', coverage: 'down' }) && coverages(),
  ]
  expect(after).toEqual([[], [true], [false], [false]])
})

describe('the operator mode after a restart', () => {
  const modeOf = (m: PureModule) => /\+COPS: (\d)/.exec(m.at('+COPS?'))?.[1]
  test.each([
    ['sim767x', '1,2,"46001"', '1'],
    ['sim767x', '2', '0'],
    ['a76xx', '1,2,"46001"', '0'],
    ['a76xx', '2', '0'],
  ])('%s, AT+COPS=%s: %s', (name, set, mode) => {
    const m = pureModule({ profile: withoutResponseTimes(profiles[name]!) })
    m.at(`+COPS=${set}`)
    m.input({ type: 'reset' }).type('ATE0\r')
    m.got()
    expect(modeOf(m)).toBe(mode)
  })
})

describe('addresses of a context', () => {
  test.each([
    ['IP', '10.83.214.111'],
    ['ipv6', '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2'],
    ['IPV4V6', '10.83.214.111,32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2'],
  ])('%s', (type, addresses) => {
    const m = pureModule()
    m.at(`+CGDCONT=2,"${type}","x"`)
    m.at('+CGACT=1,2')
    expect(m.at('+CGPADDR=2').replaceAll('"', '')).toContain(`+CGPADDR: 2,${addresses}\r\n`)
  })

  test('a context keeps its login when it is activated and taken down', () => {
    const m = pureModule()
    m.at('+CGDCONT=2,"IP","x"')
    m.at('+CGAUTH=2,1,"secret","u"')
    const shown = m.at('+CGAUTH?')
    for (const command of ['+CGACT=1,2', '+CGACT=0,2']) {
      m.at(command)
      expect(m.at('+CGAUTH?')).toBe(shown)
    }
    expect(shown).toContain('2,1')
  })
})
