import { array, assert, nat, property, string, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, concat } from '../at/syntax/bytes.ts'
import { encode } from '../mqtt/public.ts'
import { EventFeed, type ModuleEvent, type MqttEvent } from './events.ts'
import { carried, cut, escaped, login, rig } from './testing.ts'

function watched() {
  const made = rig()
  const events: ModuleEvent[] = []
  const feed = new EventFeed(made.module, made.clock)
  const unwatch = feed.watch((event) => events.push(event))
  const mqtt = () => events.filter((event): event is MqttEvent => event.event === 'mqtt')
  return { ...made, feed, events, unwatch, mqtt }
}

describe('lines', () => {
  test('both directions, with the time', () => {
    const { clock, type, events } = watched()
    clock.advance(12)
    type('AT\r')
    expect(events).toEqual([
      { event: 'line', ms: 12, line: 'at0', direction: 'in', bytes: 'AT\\r' },
      { event: 'line', ms: 12, line: 'at0', direction: 'out', bytes: 'AT\\r\\r\\nOK\\r\\n' },
    ])
  })

  test('no events after a watcher is removed, all events for the others', () => {
    const { type, events, unwatch, feed } = watched()
    const others: ModuleEvent[] = []
    const stop = feed.watch((event) => others.push(event))
    unwatch()
    type('AT\r')
    stop()
    type('ATI\r')
    expect(events).toEqual([])
    expect(carried(others, 'in')).toBe('AT\\r')
  })

  test('nothing is decoded while nobody watches', () => {
    const { module, type } = rig()
    let looks = 0
    const feed = new EventFeed(module, { now: () => ++looks, after: () => () => {} })
    type('AT\r')
    feed.watch(() => {})()
    type('AT\r')
    expect(looks).toBe(0)
  })

  test('however a session is cut, the password never shows and all else does [pub-14]', () => {
    const passwords = string({ minLength: 6, maxLength: 40, unit: 'binary-ascii' }).map(
      (text) => `pw${text.replace(/[\x00-\x1f\x7f"]/g, '_')}`,
    )
    assert(
      property(passwords, array(nat(), { maxLength: 60 }), (password, places) => {
        const { type, events, heard } = watched()
        const more = 'AT+CMQTTCONNECT?\rAT+CSQ\rAT+CMQTTTOPIC=0,3\ra=bAT\r'
        for (const part of [login(password), more]) for (const piece of cut(part, places)) type(piece)
        const hide = (text: string) => escaped(text.replaceAll(`"${password}"`, '***'))
        expect(carried(events, 'in')).toBe(hide(login(password) + more))
        expect(heard().split(`"${password}"`)).toHaveLength(3)
        expect(carried(events, 'out')).toBe(hide(heard()))
        expect(JSON.stringify(events)).not.toContain(JSON.stringify(escaped(password)).slice(1, -1))
      }),
      { numRuns: 200 },
    )
  })

  test('however URCs come between, no character of the password shows', () => {
    assert(
      property(stringMatching(/^[wxzjWXZJ]{6,20}$/), array(nat(), { maxLength: 200 }), (password, places) => {
        const { module, type, events, heard } = watched()
        for (const piece of cut(login(password), places)) {
          type(piece)
          module.urc('RING')
        }
        expect(heard()).toContain('+CMQTTCONNECT: 0,0')
        for (const direction of ['in', 'out'] as const) {
          expect(carried(events, direction)).toMatch(/"user",\*\*\*\\r/)
          expect(carried(events, direction)).not.toMatch(/[wxzjWXZJ]/)
        }
      }),
      { numRuns: 200 },
    )
  })

  test.each(['ATE1\r', 'ATE0\r'])('a watcher who comes in mid-password sees no part of it (%j)', (echo) => {
    const { module, clock, type } = rig()
    const events: ModuleEvent[] = []
    const session = echo + login('abcdefghij')
    type(session.slice(0, -7))
    new EventFeed(module, clock).watch((event) => events.push(event))
    type(session.slice(-7))
    type('AT\r')
    expect(carried(events, 'in')).toBe('***\\rAT\\r')
    expect(JSON.stringify(events)).not.toMatch(/fgh|hij/)
    expect(carried(events, 'out')).toContain('+CMQTTCONNECT: 0,0')
    type('ATE1\r')
    type('ATI\r')
    expect(carried(events, 'out')).toContain('ATI\\r')
  })

  test.each([
    [
      'data that are too short for the command that comes as them',
      `AT+CMQTTTOPIC=0,40\r${login('hunter2').split('\r')[2]}\r`,
    ],
    ['a PIN in the same place', 'AT+CMQTTTOPIC=0,8\rAT+CPIN=hunter2\r'],
    ['a CR in front of a parameter', 'AT+CGAUTH=1,1,"u",\r\n"hunter2"\r'],
    ['a CR behind the sign', 'AT+CPIN=\rhunter2\r'],
    ['a CR behind a name', 'AT+CMQTTCONNECT\r=0,"tcp://b",60,1,"u","hunter2"\r'],
    ['a CR in a name', 'AT+CMQTTCONN\rECT=0,"tcp://b",60,1,"u","hunter2"\r'],
    ['a CR in a password', 'AT+CMQTTCONNECT=0,"tcp://b",60,1,"u","x\rhunter2"\r'],
    ['a CR behind a word that means a password', 'AT+CSSLCFG="paswsord"\r,0,"hunter2"\r'],
    ['data of a command that nobody knows', 'AT+XFILE="k.der",7\rhunter2\r'],
  ])('a command that is cut off: %s', (_, lines) => {
    for (const echo of ['ATE1\r', 'ATE0\r']) {
      const { type, events } = watched()
      type(`${echo}${login('wxzj')}`)
      for (const character of lines) type(character)
      type('\rATI\r')
      expect(JSON.stringify(events)).not.toMatch(/hunter|unter2/)
      expect(carried(events, 'in')).toMatch(/ATI\\r$/)
    }
  })
})

const key = `-----BEGIN PRIVATE KEY-----\n${'geheim'.repeat(9)}\n${'heimge'.repeat(9)}\n-----END PRIVATE KEY-----\n`

describe('private keys', () => {
  test.each(['ATE1\r', 'ATE0\r'])('a watcher who comes in a refused key sees no part of it (%j)', (echo) => {
    const session = `${echo}AT+CCERTDOWN="k.pem",${key.length}0000\r${key.replaceAll('\n', '\r')}`
    for (let at = session.indexOf('\r', 6) + 1; at < session.length; at += 7) {
      const { module, clock, type } = rig()
      const events: ModuleEvent[] = []
      const feed = new EventFeed(module, clock)
      // Somebody watched before, and does no more.
      feed.watch(() => {})()
      type(session.slice(0, at))
      feed.watch((event) => events.push(event))
      type(session.slice(at))
      type('AT+CSQ\r')
      expect(JSON.stringify(events)).not.toMatch(/geh|heim/)
      expect(carried(events, 'in')).toMatch(/AT\+CSQ\\r$/)
    }
  })

  test.each(['ATE1\r', 'ATE0\r'])('nor one who comes in the data of a prompt (%j)', (echo) => {
    const data = `AT+CMQTTPAYLOAD=0,${key.length}\r`
    const session = `${login('x')}${echo}${data}${key}`
    for (let at = session.indexOf(data) + data.length; at < session.length; at += 7) {
      const { module, clock, type } = rig()
      const events: ModuleEvent[] = []
      type(session.slice(0, at))
      new EventFeed(module, clock).watch((event) => events.push(event))
      type(session.slice(at))
      expect(JSON.stringify(events)).not.toMatch(/geh|heim/)
    }
  })

  test('nor does one who comes in the middle of a received message', () => {
    const { module, clock, type, peers } = rig()
    type(login('secret'))
    const events: ModuleEvent[] = []
    const bytes = publish(key)
    for (const [at, byte] of bytes.entries()) {
      if (at === 70) new EventFeed(module, clock).watch((event) => events.push(event))
      peers[0]?.send(Uint8Array.of(byte))
    }
    expect(JSON.stringify(events)).not.toMatch(/geh|heim/)
    expect(events.map((event) => event.event)).toEqual(['mqtt', 'line'])
  })

  test('in messages, received, published and willed, and in what is no MQTT', () => {
    const { type, events, mqtt, peers } = watched()
    const payload = `x ${key} y`
    type('AT+CMQTTSTART\rAT+CMQTTACCQ=0,"dev"\r')
    type(`AT+CMQTTWILLTOPIC=0,1\rwAT+CMQTTWILLMSG=0,${payload.length},1\r${payload}`)
    type(login('secret').split('\r').slice(2).join('\r'))
    type(`AT+CMQTTTOPIC=0,1\rtAT+CMQTTPAYLOAD=0,${payload.length}\r${payload}AT+CMQTTPUB=0,1,60\r`)
    peers[0]?.send(publish(payload))
    peers[0]?.send(bytesOf(`\xff\xff${payload}`))
    expect(JSON.stringify(events)).not.toMatch(/geh|heim/)
    expect(mqtt().map(({ packet }) => packet?.type)).toEqual([
      'connect',
      'connack',
      'publish',
      'puback',
      'publish',
      undefined,
    ])
    expect(carried(events, 'out')).toContain('+CMQTTRXEND: 0\\r\\n')
    expect(JSON.stringify(events)).toContain('END PRIVATE KEY-----')
  })
})

const publish = (payload: string): Uint8Array =>
  encode({
    type: 'publish',
    dup: false,
    retain: false,
    qos: 0,
    packetId: 0,
    topic: bytesOf('t'),
    payload: bytesOf(payload),
  })

describe('MQTT', () => {
  test('packets of both directions, the password hidden', () => {
    const { type, mqtt } = watched()
    type(login('secret'))
    expect(mqtt()).toEqual([
      expect.objectContaining({
        connection: 1,
        direction: 'out',
        packet: expect.objectContaining({ type: 'connect', clientId: 'dev', username: 'user', password: '***' }),
      }),
      expect.objectContaining({ direction: 'in', packet: { type: 'connack', sessionPresent: false, returnCode: 0 } }),
    ])
  })

  test('a packet that comes in pieces is one event', () => {
    const { type, mqtt, peers } = watched()
    type(login('secret'))
    const message = { topic: bytesOf('a/b'), payload: bytesOf('\x00\xff\n'), qos: 0, retain: true } as const
    for (const byte of encode({ type: 'publish', dup: false, packetId: 0, ...message }))
      peers[0]?.send(Uint8Array.of(byte))
    expect(mqtt().slice(2)).toEqual([
      expect.objectContaining({
        packet: expect.objectContaining({ topic: 'a/b', payload: '\\x00\\xff\\n', qos: 0, retain: true }),
      }),
    ])
  })

  test('bytes that are no MQTT are shown after the packets before them', () => {
    const { type, mqtt, peers } = watched()
    type(login('secret'))
    peers[0]?.send(concat([encode({ type: 'pingresp' }), bytesOf('HTTP/1.1 400\r\n')]))
    expect(mqtt().slice(2)).toEqual([
      expect.objectContaining({ direction: 'in', packet: { type: 'pingresp' } }),
      expect.objectContaining({ direction: 'in', bytes: 'HTTP/1.1 400\\r\\n' }),
    ])
  })

  test('the next connection after garbage is decoded again', () => {
    const { type, mqtt, peers } = watched()
    type(login('secret'))
    peers[0]?.send(bytesOf('\xff\xff'))
    type(`${login('secret').split('\r')[2]}\r`)
    expect(mqtt().slice(3)).toEqual([
      expect.objectContaining({
        connection: 2,
        direction: 'out',
        packet: expect.objectContaining({ type: 'connect' }),
      }),
      expect.objectContaining({ connection: 2, direction: 'in', packet: expect.objectContaining({ type: 'connack' }) }),
    ])
  })

  test('a peer that sends the password back does not get it shown; given up, it is not shown at all', () => {
    const { type, options, events, peers } = watched()
    options.answers = false
    type(login('secret'))
    const echo = `HTTP/1.1 400 secret or not: sec`
    peers[0]?.send(bytesOf(echo))
    peers[0]?.send(bytesOf('ret!'))
    expect(JSON.stringify(events)).toContain('400 *** or not')
    expect(JSON.stringify(events)).not.toMatch(/secret|ret!/)
  })
})
