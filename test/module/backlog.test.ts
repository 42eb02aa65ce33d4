import { describe, expect, test } from 'vitest'
import { bytesOf, profiles, textOf } from '../../src/at/public.ts'
import type { Connection, ConnectionEvents, Dialer } from '../../src/io/net/dialer.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { Module } from '../../src/module/public.ts'
import { writePublish } from '../support/mqtt-bytes.ts'
import { broker } from '../support/pure-module.ts'

/** The far end of connections, in the hands of the test. */
class Net implements Dialer {
  readonly links: Link[] = []
  dial(_: unknown, events: ConnectionEvents): Link {
    const link = new Link(events)
    this.links.push(link)
    return link
  }
}

class Link implements Connection {
  paused = false
  flowing = true
  readonly sent: Uint8Array[] = []
  readonly events: ConnectionEvents
  constructor(events: ConnectionEvents) {
    this.events = events
  }
  write(bytes: Uint8Array): boolean {
    this.sent.push(bytes)
    return this.flowing
  }
  pause(): void {
    this.paused = true
  }
  resume(): void {
    this.paused = false
  }
  close(): void {}
  destroy(): void {}
}

function connected(lines = 1) {
  const net = new Net()
  const logs: string[] = []
  const log = { log: (_level: string, message: string) => void logs.push(message) }
  const module = new Module({ profile: profiles.sim767x!, clock: virtualClock(), dialer: net, log })
  const ends = Array.from({ length: lines }, (_, i) => {
    const { moduleEnd, host } = hostedLine()
    module.attach(moduleEnd, `line ${i}`)
    const writes: string[] = []
    host.open()
    host.onData((bytes) => writes.push(textOf(bytes)))
    return { host, moduleEnd, writes }
  })
  const { host, moduleEnd, writes } = ends[0]!
  const type = (text: string) => host.write(bytesOf(text))
  type('ATE0\rAT+CMQTTSTART\rAT+CMQTTACCQ=0,"a"\rAT+CMQTTCONNECT=0,"tcp://a.bc",60,1\r')
  const link = net.links[0]!
  link.events.connected()
  link.events.data(broker.connack())
  writes.length = 0
  return { net, link, module, host, moduleEnd, type, writes, logs, ends }
}

const message = (bytes: number, qos = 1, packetId = 1) =>
  writePublish({ topic: Buffer.from('t'), payload: Buffer.alloc(bytes, 0x78), qos, packetId })

describe('one write', () => {
  test('echo, OK and result of a QoS 0 PUB leave in one pipe write, behind the bytes of the PUBLISH [line-33 line-34]', () => {
    const { type, writes, link } = connected()
    type('AT+CMQTTTOPIC=0,1\rt')
    writes.length = 0
    type('AT+CMQTTPUB=0,0,60\r')
    expect(writes).toEqual(['\r\nOK\r\n\r\n+CMQTTPUB: 0,0\r\n'])
    expect(textOf(link.sent.at(-1)!)).toBe('0\x03\0\x01t')
  })

  test('a message is one write [line-40]', () => {
    const { link, writes } = connected()
    link.events.data(message(5000))
    expect(writes).toHaveLength(1)
  })
})

describe('a host that has the line open and does not read', () => {
  test('at 256 KiB MQTT sockets are no longer read, and are again when it has read half [line-11]', () => {
    const { host, moduleEnd, link, writes } = connected()
    host.pause()
    while (moduleEnd.backlog() <= 256 * 1024) {
      expect(link.paused).toBe(false)
      link.events.data(message(10_000))
    }
    expect(link.paused).toBe(true)
    host.resume()
    expect(link.paused).toBe(false)
    expect(moduleEnd.backlog()).toBe(0)
    expect(writes.join('').match(/RXEND/g)!.length).toBe(link.sent.length - 1)
  })

  test('one line that is not read is enough, and a connection dialled meanwhile is paused too', () => {
    const { net, link, ends, type } = connected(2)
    ends[1]!.host.pause()
    while (!link.paused) link.events.data(message(10_000))
    type('AT+CMQTTACCQ=1,"b"\rAT+CMQTTCONNECT=1,"tcp://a.bc",60,1\r')
    expect(net.links[1]!.paused).toBe(true)
    ends[1]!.host.resume()
    expect(net.links.map(({ paused }) => paused)).toEqual([false, false])
  })

  test('at 1 MiB whole URCs are dropped and counted in the log; results are not [line-12]', () => {
    const { host, moduleEnd, link, writes, logs, type } = connected()
    host.pause()
    let sent = 0
    while (!logs.some((text) => text.startsWith('URC dropped'))) {
      link.events.data(message(10_000, 1, 1))
      sent++
    }
    expect(moduleEnd.backlog()).toBeGreaterThan(1024 * 1024)
    expect(moduleEnd.backlog()).toBeLessThan(1024 * 1024 + 11_000)
    type('AT+CGATT?\r')
    const acknowledged = link.sent.slice(1).length
    host.resume()
    const out = writes.join('')
    const count = (text: string) => out.split(text).length - 1
    expect(count('+CMQTTRXSTART')).toBe(sent - 1)
    expect(count('+CMQTTRXEND: 0\r\n')).toBe(sent - 1)
    expect(acknowledged).toBe(sent)
    expect(out.endsWith('\r\n+CGATT: 1\r\n\r\nOK\r\n')).toBe(true)
  })

  test('past 1 MiB of backlog its line is not read, and is again when it has read half; no answer is lost [line-68]', () => {
    const { host, moduleEnd, type, writes } = connected()
    host.pause()
    const lines = 30_000
    for (let i = 0; i < lines; i++) type('AT+CMQTTSUB=?;+CMQTTCFG=?;+CMQTTDISC=?;+CMQTTCONNECT=?\r')
    expect(moduleEnd.backlog()).toBeGreaterThan(1024 * 1024)
    expect(moduleEnd.backlog()).toBeLessThan(1024 * 1024 + 1024)
    writes.length = 0
    host.resume()
    expect(writes.join('').match(/\r\nOK\r\n/g)).toHaveLength(lines)
    expect(moduleEnd.backlog()).toBe(0)
  })

  test('the backlog of a host that has left does not count for the next one', () => {
    const { host, moduleEnd, type, writes } = connected()
    host.pause()
    for (let i = 0; i < 30_000; i++) type('AT+CMQTTCFG=?;+CMQTTCONNECT=?\r')
    expect(moduleEnd.backlog()).toBeGreaterThan(1024 * 1024)
    host.close()
    host.open()
    host.resume()
    writes.length = 0
    type('AT+CGATT?\r')
    expect(writes.join('')).toBe('\r\n+CGATT: 1\r\n\r\nOK\r\n')
  })

  test('what a prompt holds back counts as backlog', () => {
    const { link, type, writes } = connected()
    type('AT+CMQTTTOPIC=0,1\r')
    for (let i = 0; i < 27; i++) link.events.data(message(10_000))
    expect(link.paused).toBe(true)
    type('t')
    expect(link.paused).toBe(false)
    expect(writes.join('').match(/RXEND/g)).toHaveLength(27)
  })

  test('a host that leaves takes its backlog along', () => {
    const { host, link } = connected()
    host.pause()
    while (!link.paused) link.events.data(message(10_000))
    host.close()
    expect(link.paused).toBe(false)
  })
})

describe('a host that types on while a command is executed', () => {
  test('its line is not read beyond 64 KiB, and everything runs afterwards', () => {
    const { link, type, writes } = connected()
    type('AT+CMQTTTOPIC=0,1\rt')
    link.flowing = false
    type('AT+CMQTTPAYLOAD=0,1\rp')
    type('AT+CMQTTPUB=0,0,60\r')
    type('AT+CMQTTTOPIC=0,1\rt')
    type('AT+CMQTTPUB=0,0,60\r')
    writes.length = 0
    const lines = 20_000
    for (let i = 0; i < lines; i++) type('AT+CMEE?\r')
    expect(writes).toEqual([])
    link.flowing = true
    link.events.drained()
    const out = writes.join('')
    expect(out.startsWith('\r\nOK\r\n\r\n+CMQTTPUB: 0,0\r\n')).toBe(true)
    expect(out.match(/\+CMEE: 2/g)).toHaveLength(lines)
  })

  test('type-ahead is bounded [line-13]', () => {
    const { link, type, module } = connected()
    type('AT+CMQTTTOPIC=0,1\rt')
    link.flowing = false
    type('AT+CMQTTPUB=0,0,60\r')
    type('AT+CMQTTTOPIC=0,1\rt')
    type('AT+CMQTTPUB=0,0,60\r')
    for (let i = 0; i < 100; i++) type('x'.repeat(4096))
    const [line] = module.state().lines
    expect(line!.mode.kind).toBe('executing')
    expect(line!.typeAhead.length).toBeLessThanOrEqual(64 * 1024 + 4096)
  })
})
