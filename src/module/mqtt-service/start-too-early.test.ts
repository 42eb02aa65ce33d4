import { describe, expect, test } from 'vitest'
import {
  ERROR,
  okThen,
  type PureOptions,
  pureModule,
  said,
  withoutResponseTimes,
} from '../../../test/support/pure-module.ts'
import { type Profile, profiles } from '../../at/public.ts'

const a76xx = profiles.a76xx!
const started = okThen('+CMQTTSTART: 0')
const tooEarly = okThen('+CMQTTSTART: 1')

/** Echo off, URCs read. */
function quiet(options: PureOptions) {
  const m = pureModule(options)
  m.at('E0')
  return m
}

const start = (m: ReturnType<typeof pureModule>): string => {
  m.got()
  return m.at('+CMQTTSTART')
}

describe('a76xx: START before the packet data is up is 1', () => {
  test('not registered [prof-73 state-3]', () => {
    const m = quiet({ profile: a76xx }).input({ type: 'network', coverage: 'down' })
    expect(start(m)).toBe(tooEarly)
    expect(m.at('+CMQTTSTOP')).toBe(ERROR)
    expect(start(m.input({ type: 'network', coverage: 'up' }))).toBe(started)
  })

  test('a host that switched the radio off [prof-73]', () => {
    const m = quiet({ profile: a76xx })
    m.at('+CFUN=4')
    expect(start(m)).toBe(tooEarly)
  })

  test('no SIM, then one that is inserted [prof-75]', () => {
    const m = quiet({ profile: a76xx, hasSim: false })
    expect(start(m)).toBe(tooEarly)
    expect(start(m.input({ type: 'sim', action: 'insert' }))).toBe(started)
  })

  test('before PB DONE, at power-on and behind a SIM that comes later [prof-76]', () => {
    const m = pureModule({ profile: withoutResponseTimes(a76xx), timing: 'real' }).advance(13_999)
    m.at('E0')
    expect(start(m)).toBe(tooEarly)
    m.advance(1)
    expect(m.got()).toBe(said('PB DONE'))
    expect(start(m)).toBe(started)
    m.at('+CMQTTSTOP')
    m.input({ type: 'sim', action: 'remove' }).input({ type: 'sim', action: 'insert' }).advance(3000)
    expect(start(m)).toBe(tooEarly)
    expect(start(m.advance(1500))).toBe(started)
  })

  test('the network refuses the APN: 9 [prof-84]', () => {
    const m = quiet({ profile: a76xx })
    m.at('+CGDCONT=1,"IP","refused"')
    m.input({ type: 'network', coverage: 'down' }).input({ type: 'network', coverage: 'up' })
    expect(start(m)).toBe(okThen('+CMQTTSTART: 9'))
  })
})

describe('startsWithoutAddress [prof-85]', () => {
  const profile: Profile = { ...a76xx, mqtt: { ...a76xx.mqtt, startsWithoutAddress: true } }

  test('START is 0, CONNECT 3 until there is an address', () => {
    const m = quiet({ profile }).input({ type: 'network', coverage: 'down' })
    expect(start(m)).toBe(started)
    m.at('+CMQTTACCQ=0,"me"')
    const connect = '+CMQTTCONNECT=0,"tcp://broker.example",60,1'
    expect(m.at(connect)).toBe('\r\n+CMQTTCONNECT: 0,3\r\n\r\nERROR\r\n')
    expect(m.dialled).toEqual([])
    m.input({ type: 'network', coverage: 'up' })
    m.at(connect)
    expect(m.dialled).toHaveLength(1)
  })

  test('a refused APN is 9 all the same', () => {
    const m = quiet({ profile })
    m.at('+CGDCONT=1,"IP","refused"')
    m.input({ type: 'network', coverage: 'down' }).input({ type: 'network', coverage: 'up' })
    expect(start(m)).toBe(okThen('+CMQTTSTART: 9'))
  })

  test('other families start as ever: context 1 is activated', () => {
    const m = quiet({})
    m.at('+CGACT=0,1')
    expect(start(m)).toBe(started)
    expect(m.at('+CGACT?')).toContain('+CGACT: 1,1')
  })
})
