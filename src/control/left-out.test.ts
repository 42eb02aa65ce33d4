import { describe, expect, test } from 'vitest'
import type { Content } from '../at/commands/content.ts'
import { type Profile, profiles } from '../at/public.ts'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { encode } from '../mqtt/public.ts'
import type { ModuleEvent } from './events.ts'
import { EventFeed } from './events.ts'
import { viewState } from './state-view.ts'
import { carried, escaped, login, rig } from './testing.ts'

const publish = `AT+CMQTTTOPIC=0,3\ra/bAT+CMQTTPAYLOAD=0,5\rhe\rloAT+CMQTTPUB=0,1,60\r`
const message = { topic: bytesOf('x/yz'), payload: bytesOf('{"t":21}\r\nOK') }

const session = login('secret') + publish

function watched(leftOut: readonly Content[], profile?: Profile) {
  const made = rig(profile)
  const events: ModuleEvent[] = []
  new EventFeed(made.module, made.clock, leftOut).watch((event) => events.push(event))
  return { ...made, events, packets: () => events.flatMap((event) => (event.event === 'mqtt' ? [event.packet] : [])) }
}

/** What is told of a session, in each direction of the line, and the packets. */
function told(leftOut: readonly Content[], typed = session, cut = 1000) {
  const { module, type, peers, events, packets } = watched(leftOut)
  // The rest once the server has answered.
  const begin = typed.startsWith('AT+CMQTTSTART') ? typed.length - publish.length : 0
  for (let at = 0; at < begin; at += cut) type(typed.slice(at, Math.min(at + cut, begin)))
  for (let at = begin; at < typed.length; at += cut) type(typed.slice(at, at + cut))
  peers[0]?.send(encode({ type: 'publish', ...message, qos: 0, packetId: 0, retain: false, dup: false }))
  return { in: carried(events, 'in'), out: carried(events, 'out'), packets: packets(), module }
}

const plain = told([])
const received = (topic: string, payload: string) =>
  escaped(
    `\r\n+CMQTTRXSTART: 0,4,12\r\n+CMQTTRXTOPIC: 0,4\r\n${topic}\r\n+CMQTTRXPAYLOAD: 0,12\r\n${payload}\r\n+CMQTTRXEND: 0\r\n`,
  )

describe.each([1, 7, 1000])('content that is left out, typed %i bytes at a time', (cut) => {
  test('payloads: data behind prompts, their echo, received ones, those of packets', () => {
    const seen = told(['payloads'], session, cut)
    expect(seen.in).toBe(plain.in.replace('he\\rlo', '*****'))
    expect(seen.out).toContain(received('x/yz', '*'.repeat(12)))
    expect(seen.out).toContain('a/b')
    expect(seen.out).not.toContain('lo\\r\\nOK')
    expect(seen.packets).toContainEqual(expect.objectContaining({ topic: 'a/b', payload: '*****' }))
    expect(seen.packets).toContainEqual(expect.objectContaining({ topic: 'x/yz', payload: '************' }))
  })

  test('topics', () => {
    const seen = told(['topics'], session, cut)
    expect(seen.in).toBe(plain.in.replace('a/b', '***'))
    expect(seen.out).toContain(received('****', textOf(message.payload)))
    expect(seen.packets).toContainEqual(expect.objectContaining({ topic: '***', payload: 'he\\rlo' }))
    expect(seen.packets).toContainEqual(expect.objectContaining({ topic: '****', payload: '{"t":21}\\r\\nOK' }))
  })

  test('identity: client IDs, user names', () => {
    const seen = told(['identity'], session, cut)
    expect(seen.in).toBe(plain.in.replace('"dev"', '"***"').replace('"user"', '"****"'))
    expect(seen.packets).toContainEqual(expect.objectContaining({ clientId: '***', username: '****', password: '***' }))
    expect(seen.packets).toContainEqual(expect.objectContaining({ topic: 'a/b', payload: 'he\\rlo' }))
  })

  test('location: nothing of such a session', () => {
    const seen = told(['location'], session, cut)
    expect([seen.in, seen.packets]).toEqual([plain.in, plain.packets])
  })
})

test.each([
  ['', '\\r\\n****\\r\\n+CMQTTRXPAYLOAD: 0,12\\r\\n************\\r\\n+CMQTTRXEND: 0\\r\\n'],
  ['AT+CMQTTCFG="argtopic",0,1,1\r', '\\r\\n+CMQTTRECV: 0,"****",12,"************"\\r\\n'],
])('messages that wait for the data of a prompt together with other URCs (%j)', (setting, shown) => {
  const { module, type, peers, events } = watched(['topics', 'payloads'], profiles.a76xx)
  type(`AT+CMQTTSTART\rAT+CMQTTACCQ=0,"dev",0\r${setting}`)
  type('AT+CMQTTCONNECT=0,"tcp://broker:1883",60,1\r')
  type('AT+CMQTTTOPIC=0,3\r')
  for (let i = 0; i < 20; i++) {
    module.urc('RING')
    peers[0]?.send(encode({ type: 'publish', ...message, qos: 0, packetId: 0, retain: false, dup: false }))
  }
  type('a/b')
  expect(carried(events, 'out').split('\\r\\nRING\\r\\n')).toHaveLength(21)
  expect(carried(events, 'out').split(shown)).toHaveLength(21)
  expect(carried(events, 'out')).not.toMatch(/yz|21/)
})

test('nothing left out: as it ever was', () => {
  expect(plain.in).toContain('AT+CMQTTTOPIC=0,3\\ra/bAT+CMQTTPAYLOAD=0,5\\rhe\\rlo')
  expect(plain.out).toContain(received('x/yz', textOf(message.payload)))
})

const asked = (command: string, leftOut: readonly Content[]): string => {
  const { out } = told(leftOut, `ATE0\r${command}\r`)
  return out.slice(out.indexOf('OK\\r\\n') + 6)
}

describe('answers that tell who and where a device is', () => {
  test.each<readonly [string, Content, string]>([
    ['AT+CGSN', 'identity', '\r\n***************\r\n\r\nOK\r\n'],
    ['AT+CIMI', 'identity', '\r\n***************\r\n\r\nOK\r\n'],
    ['AT+CICCID', 'identity', '\r\n+ICCID: ********************\r\n\r\nOK\r\n'],
    ['AT+SIMEI?', 'identity', '\r\n+SIMEI: ***************\r\n\r\nOK\r\n'],
    ['AT+CREG=2;+CREG?', 'location', '\r\n+CREG: 2,1,"****","********",7\r\n\r\nOK\r\n'],
    ['AT+CGPADDR=1', 'location', '\r\n+CGPADDR: 1,************\r\n\r\nOK\r\n'],
    ['AT+CGDCONT=2,"IP","a","10.1.2.3"', 'location', '\r\nOK\r\n'],
  ])('%s, %s', (command, content, shown) => {
    expect(asked(command, [content]).replace(/\*+/g, '*')).toBe(escaped(shown).replace(/\*+/g, '*'))
    expect(asked(command, [content])).toHaveLength(asked(command, []).length)
    const other = content === 'identity' ? 'location' : 'identity'
    expect(asked(command, [other, 'topics', 'payloads'])).toBe(asked(command, []))
  })

  test('an IMEI is found wherever it stands', () => {
    expect(asked('ATI', ['identity'])).toMatch(/IMEI: \*{15}\\r/)
  })

  test('a client ID is found in a topic', () => {
    const { type, ...rest } = watched(['identity'])
    type('AT+CMQTTSTART\rAT+CMQTTACCQ=0,"devic",0\rAT+CMQTTCONNECT=0,"tcp://broker:1883",60,1\r')
    type('AT+CMQTTTOPIC=0,7\ra/devicAT+CMQTTPUB=0,0,60\r')
    expect(rest.packets()).toContainEqual(expect.objectContaining({ topic: 'a/*****' }))
  })
})

describe('what nobody has defined counts as content', () => {
  test.each([
    ['AT+CFOO="some",12,3', 'AT+CFOO=***'],
    ['AT+CFOO=12,3', 'AT+CFOO=**,3'],
    ['AT+CMQTSUB=0,"a/b",1', 'AT+CMQTSUB=0,***'],
    ['ATD+4917012345;', 'ATD***'],
    ['AT+CMQTTSUB=0,"a/b', 'AT+CMQTTSUB******'.padEnd('AT+CMQTTSUB=0,"a/b'.length, '*')],
    ['no command', '**********'],
    ['AT+CMQTTSUB=0,4,1', 'AT+CMQTTSUB=0,4,1'],
    ['AT+CSQ;+CREG=2', 'AT+CSQ;+CREG=2'],
  ])('%s', (typed, shown) => {
    expect(told(['topics'], `${typed}\r`).in).toBe(escaped(`${shown}\r`))
  })
})

test('a half line comes, with more stars than it may need, when the module interrupts it and when its host goes', () => {
  const { module, type, host, events } = watched(['topics'])
  type('AT+CMQTTSUB=0,"a')
  module.urc('RING')
  type('/b",1\rAT+CMQTTUN')
  host.close()
  expect(carried(events, 'in')).toBe('AT+CMQTTSUB=0,"***",1\\rAT+CMQTTUN')
  expect(carried(events, 'out')).toBe(escaped('AT+CMQTTSUB*****\r\nRING\r\n**",1\r\r\nERROR\r\nAT+CMQTTUN'))
})

test('the state of the control port', () => {
  const { module } = told([], session)
  expect(viewState(module.state(), ['identity', 'topics'])).toMatchObject({
    clients: [{ clientId: '***', userName: '****', staged: {}, server: 'tcp://broker:1883' }, {}],
  })
  expect(viewState(module.state())).toMatchObject({ clients: [{ clientId: 'dev', userName: 'user' }, {}] })
})
