import { sim767x } from '../at/profiles/sim767x.ts'
import type { Profile } from '../at/public.ts'
import { bytesOf, escapeBytes, textOf } from '../at/syntax/bytes.ts'
import { Faults, faultyDialer } from '../faults/public.ts'
import type { ConnectionEvents, Dialer } from '../io/net/dialer.ts'
import { virtualClock } from '../io/runtime/clock-virtual.ts'
import type { Log } from '../io/runtime/runtime.ts'
import { hostedLine } from '../io/testing/memory-host.ts'
import { Module } from '../module/public.ts'
import { emptyParser, encode, type Packet, parse } from '../mqtt/public.ts'
import type { ModuleEvent } from './events.ts'

/** For the tests of this folder. */
export const silentLog: Log = { log() {} }

/** The server's side of a connection: answers what a broker would, at once. */
export interface Peer {
  readonly options: { answers: boolean }
  send(bytes: Uint8Array): void
}

/** A module with one line, `at0`, and a server in memory behind its dialer. */
export function rig(profile: Profile = sim767x) {
  const clock = virtualClock()
  const peers: Peer[] = []
  const options = { answers: true }
  const dialer: Dialer = { dial: (_, events) => connectionTo(events, peers, options) }
  const tampered = faultyDialer(dialer, clock)
  const module = new Module({ profile, clock, dialer: tampered, log: silentLog })
  const faults = new Faults(module, { clock, log: silentLog, seed: 1, dialer: tampered })
  const { moduleEnd, host } = hostedLine()
  const heard: string[] = []
  faults.attach(moduleEnd, 'at0')
  host.open()
  host.onData((bytes) => heard.push(textOf(bytes)))
  const type = (text: string): void => host.write(bytesOf(text))
  return { clock, module, faults, peers, options, type, host, heard: () => heard.join('') }
}

function connectionTo(events: ConnectionEvents, peers: Peer[], options: { answers: boolean }) {
  let parser = emptyParser
  peers.push({ options, send: (bytes) => events.data(bytes) })
  events.connected()
  return {
    write(bytes: Uint8Array) {
      const parsed = parse(parser, bytes, { version: 4, maxPacketBytes: 1 << 20 })
      parser = parsed.parser
      for (const packet of parsed.packets) if (options.answers) answer(events, packet)
      return true
    },
    pause() {},
    resume() {},
    close() {},
    destroy() {},
  }
}

function answer(events: ConnectionEvents, packet: Packet): void {
  if (packet.type === 'connect') events.data(encode({ type: 'connack', sessionPresent: false, returnCode: 0 }))
  if (packet.type === 'publish' && packet.qos === 1) events.data(encode({ type: 'puback', packetId: packet.packetId }))
  if (packet.type === 'subscribe')
    events.data(encode({ type: 'suback', packetId: packet.packetId, granted: packet.filters.map(({ qos }) => qos) }))
}

/** What a host types to get connected with user `user` and a password. */
export const login = (password: string): string =>
  `AT+CMQTTSTART\rAT+CMQTTACCQ=0,"dev",0\rAT+CMQTTCONNECT=0,"tcp://broker:1883",60,1,"user","${password}"\r`

/** The bytes of a line's events in one direction, put together, escaped. */
export const carried = (events: readonly ModuleEvent[], direction: 'in' | 'out'): string =>
  events.flatMap((event) => (event.event === 'line' && event.direction === direction ? [event.bytes] : [])).join('')

export const escaped = (text: string): string => escapeBytes(bytesOf(text))

/** A text cut at some places, given as any numbers. */
export function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort((a, b) => a - b)
  return at.slice(1).map((end, i) => text.slice(at[i], end))
}
