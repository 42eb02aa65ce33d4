import { describe, expect, test } from 'vitest'
import { ERROR, OK, okThen, pureModule, refused } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

const v106 = () => pureModule({ profile: profiles['sim767x-v106']! })

describe('sim767x-v106: START and STOP with a context', () => {
  test('results name it, the context is activated [prof-42 prof-43]', () => {
    const m = v106()
    expect(m.at('+CMQTTSTART=2')).toBe(okThen('+CMQTTSTART: 0,2'))
    expect(m.at('+CGACT?')).toContain('+CGACT: 2,1')
    expect(m.at('+CMQTTSTART=2')).toBe(ERROR)
    expect(m.at('+CMQTTSTART')).toBe(ERROR)
    expect(m.at('+CMQTTSTOP=1')).toBe(ERROR)
    expect(m.at('+CMQTTSTOP=2')).toBe(okThen('+CMQTTSTOP: 0,2'))
    expect(m.at('+CMQTTSTOP=2')).toBe(ERROR)
  })
  test('the bare forms are as before, and end what was started with a context [prof-43]', () => {
    const m = v106()
    expect(m.at('+CMQTTSTART')).toBe(okThen('+CMQTTSTART: 0'))
    expect(m.at('+CMQTTSTOP=1')).toBe(okThen('+CMQTTSTOP: 0,1'))
    m.at('+CMQTTSTART=3')
    expect(m.at('+CMQTTSTOP')).toBe(okThen('+CMQTTSTOP: 0'))
  })
  test('failures', () => {
    const m = v106()
    m.at('+CMQTTSTART=2')
    m.at('+CMQTTACCQ=0,"a"')
    expect(m.at('+CMQTTSTOP=2')).toBe(refused('+CMQTTSTOP: 19,2'))
    expect(v106().input({ type: 'network', coverage: 'down' }).at('+CMQTTSTART=2')).toBe(okThen('+CMQTTSTART: 7,2'))
    for (const cid of ['0', '16', '1,1', '']) expect(v106().at(`+CMQTTSTART=${cid}`)).toBe(ERROR)
  })
  test('the service lives on the context it was started on, with clients in use too [prof-42]', () => {
    const m = v106()
    m.at('+CMQTTSTART=2')
    m.connected()
    expect(m.at('+CGACT=0,1')).toBe(OK)
    expect(m.at('+CGACT=0,2')).toBe(`${okThen('+CMQTTCONNLOST: 0,3')}\r\n+CMQTTNONET\r\n`)
  })
})

describe('sim767x-v106: CFG cid and scid', () => {
  test('shows and sets', () => {
    const m = v106()
    m.at('+CMQTTSTART')
    expect(m.at('+CMQTTCFG="cid"')).toBe(`\r\n+CMQTTCFG: "CID",1\r\n${OK}`)
    expect(m.at('+CMQTTCFG="scid"')).toBe(`\r\n+CMQTTCFG: "SCID",0,1\r\n+CMQTTCFG: "SCID",1,1\r\n${OK}`)
    expect(m.at('+CMQTTCFG="scid",1,3')).toBe(OK)
    expect(m.at('+CMQTTCFG="scid",1')).toBe(`\r\n+CMQTTCFG: "SCID",1,3\r\n${OK}`)
    expect(m.at('+CMQTTCFG="scid",0')).toBe(`\r\n+CMQTTCFG: "SCID",0,1\r\n${OK}`)
    expect(m.at('+CMQTTCFG="CID",15')).toBe(OK)
    expect(m.at('+CMQTTCFG="scid"')).toBe(`\r\n+CMQTTCFG: "SCID",0,15\r\n+CMQTTCFG: "SCID",1,15\r\n${OK}`)
    expect(m.at('+CMQTTCFG="cid"')).toBe(`\r\n+CMQTTCFG: "CID",15\r\n${OK}`)
    m.acquired()
    expect(m.at('+CMQTTCFG="cid"')).toBe(`\r\n+CMQTTCFG: "CID",15\r\n${OK}`)
    m.at('+CMQTTREL=0;+CMQTTSTOP;+CMQTTSTART')
    expect(m.at('+CMQTTCFG="cid"')).toBe(`\r\n+CMQTTCFG: "CID",1\r\n${OK}`)
  })
  test.each(['"cid",0', '"cid",16', '"scid",2', '"scid",,1', '"scid",0,16', '"cid",1,1'])('%s is ERROR', (typed) => {
    const m = v106()
    m.at('+CMQTTSTART')
    expect(m.at(`+CMQTTCFG=${typed}`)).toBe(ERROR)
  })
})

describe('sim767x-v106: the connection of a client is on its context', () => {
  const onContext = (cid: number) => {
    const m = v106()
    m.at('+CMQTTSTART')
    m.at(`+CMQTTCFG="scid",1,${cid}`)
    return m.connected(0).connected(1)
  }
  test('CONNECT activates it; the client is lost with it, and nobody else [prof-46 prof-48]', () => {
    const m = onContext(3)
    expect(m.at('+CGACT?')).toContain('+CGACT: 3,1')
    expect(m.at('+CGACT=0,3')).toBe(okThen('+CMQTTCONNLOST: 1,3'))
    expect(m.at('+CMQTTDISC?')).toBe(`\r\n+CMQTTDISC: 0,0\r\n+CMQTTDISC: 1,1\r\n${OK}`)
  })
  test('the context at CONNECT counts, not one that is set later [prof-46]', () => {
    const m = onContext(3)
    m.at('+CMQTTCFG="scid",1,4')
    m.at('+CGDCONT=4,"IP","other";+CGACT=1,4')
    expect(m.at('+CGACT=0,4')).toBe(OK)
    expect(m.at('+CGACT=0,3')).toBe(okThen('+CMQTTCONNLOST: 1,3'))
  })
  test('a CONNECT under way fails with it [prof-48]', () => {
    const m = v106()
    m.at('+CMQTTSTART')
    m.at('+CMQTTACCQ=0,"a"')
    m.at('+CMQTTCFG="cid",3')
    m.at('+CMQTTCONNECT=0,"tcp://server",60,1')
    expect(m.at('+CGACT=0,3')).toBe(okThen('+CMQTTCONNECT: 0,3'))
  })
  test('one that the network refuses: CONNECT fails with 9, and nothing is dialled [prof-47]', () => {
    const m = v106()
    m.input({ type: 'radio', change: { refusedApns: ['private'] } })
    m.at('+CGDCONT=3,"IP","private"')
    m.at('+CMQTTSTART')
    m.at('+CMQTTACCQ=0,"a"')
    m.at('+CMQTTCFG="scid",0,3')
    expect(m.at('+CMQTTCONNECT=0,"tcp://server",60,1')).toBe(okThen('+CMQTTCONNECT: 0,9'))
    expect(m.dialled).toEqual([])
    expect(m.at('+CMQTTSTART=3')).toBe(ERROR)
  })
  test('all clients are on that of the service unless CFG says otherwise [prof-45]', () => {
    const m = v106()
    m.at('+CMQTTSTART=2')
    expect(m.at('+CMQTTCFG="scid"')).toBe(`\r\n+CMQTTCFG: "SCID",0,2\r\n+CMQTTCFG: "SCID",1,2\r\n${OK}`)
  })
  test('when the network goes, each is lost once', () => {
    const m = onContext(3)
    m.input({ type: 'network', coverage: 'down' })
    expect(m.got()).toBe('\r\n+CMQTTCONNLOST: 0,3\r\n\r\n+CMQTTCONNLOST: 1,3\r\n\r\n+CMQTTNONET\r\n')
  })
})

test.each(['sim767x', 'a76xx', 'sim7600'])('%s has none of it', (name) => {
  const m = pureModule({ profile: profiles[name]! })
  expect(m.at('+CMQTTSTART=1')).toBe(ERROR)
  m.at('+CMQTTSTART')
  for (const typed of ['STOP=1', 'CFG="cid"', 'CFG="scid",0,1']) expect(m.at(`+CMQTT${typed}`)).toBe(ERROR)
})
