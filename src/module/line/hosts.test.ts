import { describe, expect, test } from 'vitest'
import { broker, OK, okThen, type PureModule, pureModule, refused, said } from '../../../test/support/pure-module.ts'

const host = (m: PureModule, present: boolean, line = 1) => m.input({ type: 'host', line, present })

describe('two lines on one module', () => {
  test('URCs go to both, results to the line that gave the command [line-3 line-4]', () => {
    const m = pureModule().attach(2)
    expect(m.at('+CMQTTSTART', 2)).toBe(okThen('+CMQTTSTART: 0'))
    expect(m.got(1)).toBe('')
    m.at('+CMQTTACCQ=0,"a"')
    expect(m.at('+CMQTTCONNECT=0,"tcp://a.bc",60,1', 2)).toBe(OK)
    m.opened().receives(broker.connack())
    expect([m.got(1), m.got(2)]).toEqual(['', said('+CMQTTCONNECT: 0,0')])
    m.ended('closed')
    expect([m.got(1), m.got(2)]).toEqual([said('+CMQTTCONNLOST: 0,1'), said('+CMQTTCONNLOST: 0,1')])
  })

  test.each([
    ['PUB', '+CMQTTPUB=0,1,60', '+CMQTTPUB: 0,0', broker.puback(1)],
    ['SUB', '+CMQTTSUB=0,1,0', '+CMQTTSUB: 0,0', broker.suback(1)],
    ['UNSUB', '+CMQTTUNSUB=0,1,0', '+CMQTTUNSUB: 0,0', broker.unsuback(1)],
  ])('the deferred result of %s [line-3]', (_, typed, result, answer) => {
    const m = pureModule().attach(2).connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at(typed, 2)
    m.type(typed.includes('PUB') ? '' : 't', 2)
    m.got(2)
    m.receives(answer)
    expect([m.got(1), m.got(2)]).toEqual(['', said(result)])
  })

  test('a prompt on one line holds back that line alone [line-1]', () => {
    const m = pureModule().attach(2).connected()
    m.at('+CMQTTTOPIC=0,1')
    m.input({ type: 'urc', text: 'RING' })
    expect([m.got(1), m.got(2)]).toEqual(['', said('RING')])
    expect(m.type('t')).toBe(`${OK}${said('RING')}`)
    expect(m.got(2)).toBe('')
  })

  test('each has its own type-ahead, prompt and last line [line-1]', () => {
    const m = pureModule().attach(2).acquired()
    m.at('+CMEE?')
    m.at('+CGATT?', 2)
    m.type('AT+CMQTTTOPIC=0,2\r')
    m.type('AT+CMQTTPAYLOAD=0,3\r', 2)
    m.type('a')
    expect(m.type('xyz', 2)).toBe(OK)
    expect(m.type('b')).toBe(OK)
    m.at('+CMEE?')
    m.at('+CGATT?', 2)
    expect([m.type('A/'), m.type('A/', 2)]).toEqual([`${said('+CMEE: 2')}${OK}`, `${said('+CGATT: 1')}${OK}`])
  })

  test('a busy client is busy for the other line too [line-2]', () => {
    const m = pureModule().attach(2).connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at('+CMQTTPUB=0,1,60')
    expect(m.at('+CMQTTTOPIC=0,1', 2)).toBe(refused('+CMQTTTOPIC: 0,14'))
  })

  test('a line that is taken away ends alone', () => {
    const m = pureModule().attach(2).connected(0, '60,1', 2)
    m.input({ type: 'detach', line: 2 })
    expect(m.ended('closed').got()).toBe(said('+CMQTTCONNLOST: 0,1'))
    expect(m.type('AT\r', 2)).toBe('')
  })
})

describe('a host that leaves', () => {
  test('its half-typed line is discarded [line-6]', () => {
    const m = pureModule()
    m.type('AT+NONSEN')
    host(host(m, false), true)
    expect(m.at('')).toBe(OK)
  })

  test('an open prompt stays open until filled [line-8]', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTTOPIC=0,4')
    m.type('ab')
    host(host(m, false), true)
    expect(m.type('cd')).toBe(OK)
  })

  test('… or timed out [line-8]', () => {
    const m = pureModule().acquired()
    m.at('+CMQTTTOPIC=0,4')
    host(m, false).advance(120_000)
    host(m, true)
    expect(m.got()).toBe('')
    expect(m.at('')).toBe(OK)
  })

  test('output meanwhile is discarded: URCs, deferred results, what was held back [line-5 line-6]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.at('+CMQTTPUB=0,1,60')
    host(m, false).receives(broker.puback(1)).input({ type: 'urc', text: 'RING' })
    host(m, true)
    expect(m.got()).toBe('')
    m.at('+CMQTTTOPIC=0,1')
    m.input({ type: 'urc', text: 'RING' })
    host(host(m, false), true)
    expect(m.type('t')).toBe(OK)
  })

  test('changes no state: the client is connected, the echo is as it was [line-9 line-10]', () => {
    const m = pureModule().connected()
    const before = m.state.service
    host(host(m, false), true)
    expect(m.state.service).toBe(before)
    expect(m.at('+CMQTTDISC?')).toBe(`\r\n+CMQTTDISC: 0,0\r\n+CMQTTDISC: 1,1\r\n${OK}`)
  })

  test('while a command is executed: whole lines typed ahead run, the half one does not [line-7]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.congested(true)
    m.at('+CMQTTPUB=0,0,60')
    m.type('AT+CMEE=1\rAT+CMEE=')
    host(host(m, false), true).congested(false)
    m.got()
    expect(m.at('+CMEE?')).toBe(`${said('+CMEE: 1')}${OK}`)
  })
})

describe('a host that may be another program than the one before, as on a TCP port', () => {
  const strange = (m: PureModule, present: boolean) => m.input({ type: 'host', line: 1, present, stranger: true })

  test('repeats nothing that it has not typed [line-69]', () => {
    const m = pureModule()
    m.at('+CGSN')
    strange(strange(m, false), true)
    expect(m.type('A/')).toBe(OK)
    expect(m.at('+CMEE?')).toBe(`${said('+CMEE: 2')}${OK}`)
    expect(m.type('A/')).toBe(`${said('+CMEE: 2')}${OK}`)
  })

  test('nor what the one before typed ahead and was run later [line-69]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.congested(true)
    m.at('+CMQTTPUB=0,0,60')
    m.type('AT+CGSN\r')
    strange(m, false).congested(false)
    m.got()
    expect(strange(m, true).type('A/')).toBe(OK)
  })

  test('elsewhere the line is the same device, and repeats [line-21]', () => {
    const m = pureModule()
    m.at('+CMEE?')
    host(host(m, false), true)
    expect(m.type('A/')).toBe(`${said('+CMEE: 2')}${OK}`)
  })
})

describe('a reset', () => {
  test('drops what was typed, prompts and type-ahead, prints the boot lines on lines that have a host, echo is on [conn-43 life-13]', () => {
    const m = pureModule().attach(2).attach(3).connected()
    host(m, false, 3)
    m.type('AT+CM')
    m.type('AT+CMQTTTOPIC=0,4\r', 2)
    m.input({ type: 'reset' })
    const boot = ['QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE'].map(said).join('')
    expect([m.got(1), m.got(2), m.got(3)]).toEqual([boot, boot, ''])
    expect(m.effects).toContainEqual({ type: 'abandon', connection: m.connection })
    expect([m.at(''), m.at('', 2)]).toEqual([`AT\r${OK}`, `AT\r${OK}`])
    m.at('E0')
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 0'))
    expect(m.at('+CMQTTACCQ?')).toContain('+CMQTTACCQ: 0,"",0')
  })

  test('what it interrupts gets no result [conn-43]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    m.congested(true)
    m.at('+CMQTTPUB=0,0,60')
    m.type('AT+CMEE?\r')
    expect(m.input({ type: 'reset' }).got()).not.toMatch(/OK|PUB|CONNLOST|CMEE/)
  })
})
