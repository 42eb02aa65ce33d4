import { expect } from 'vitest'
import { type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { operations } from '../../../src/control/operations.ts'
import { Faults } from '../../../src/faults/public.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { faultyDialer } from '../../../src/io/net/faulty-dialer.ts'
import { virtualClock } from '../../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../../src/io/tls/certificate-store.ts'
import { Module } from '../../../src/module/public.ts'
import { type BytePeer, startBytePeer } from '../byte-peer.ts'
import { TestHost } from '../module/module-host.ts'
import { silentLog } from '../silent-log.ts'

/** How far a client has come before a scene begins. */
export type Given = 'nothing' | 'started' | 'acquired' | 'connected'

/**
 * A module with real sockets, faults and a clock of its own, one host and one server. Exact bytes are expected, and
 * what was said is written down for people: `> ` the host, `< ` the module, `# ` what happened around them.
 */
export class Stage {
  readonly clock = virtualClock()
  readonly certificates = memoryStore()
  readonly module: Module
  readonly faults: Faults
  readonly host: TestHost
  readonly peer: BytePeer
  /** In place of the server's port. */
  readonly ports = new Map<string, string>()
  #script: string[] = []
  readonly #prompt: string

  private constructor(profile: Profile, peer: BytePeer) {
    const { clock, certificates } = this
    const lookup = (name: string) => (name.endsWith('.invalid') ? notFound(name) : Promise.resolve(['127.0.0.1']))
    const dialer = faultyDialer(nodeDialer({ clock, certificates, lookup }), clock)
    this.module = new Module({ profile, clock, dialer, log: silentLog, certificates })
    this.faults = new Faults(this.module, { clock, dialer, log: silentLog, seed: 1 })
    const { moduleEnd, host } = hostedLine()
    this.faults.attach(moduleEnd, 'at0')
    this.host = new TestHost(host)
    this.peer = peer
    this.#prompt = profile.prompt
    this.ports.set(peer.address, '{broker}')
  }

  static async open(profile: string, given: Given): Promise<Stage> {
    const stage = new Stage(profiles[profile]!, await startBytePeer())
    stage.host.send('ATE0')
    await stage.host.expectBytes('ATE0\r\r\nOK\r\n')
    await stage.#prepare(profile, given)
    stage.#script = []
    return stage
  }

  async #prepare(profile: string, given: Given): Promise<void> {
    if (given === 'nothing') return
    const result = '+CMQTTSTART: 0'
    await this.says('AT+CMQTTSTART', ...(profile === 'sim7600' ? [result, 'OK'] : ['OK', result]))
    if (given !== 'started') await this.says('AT+CMQTTACCQ=0,"me"', 'OK')
    if (given === 'connected') await this.says(this.connectLine(), 'OK', '+CMQTTCONNECT: 0,0')
  }

  connectLine = (address = this.peer.address): string => `AT+CMQTTCONNECT=0,"tcp://${address}",60,1`

  /** A command, and lines of its answer. */
  async says(command: string, ...lines: readonly string[]): Promise<void> {
    this.#note('>', command)
    this.host.send(command)
    this.clock.advance(0)
    await this.hears(...lines)
  }

  async hears(...lines: readonly string[]): Promise<void> {
    for (const line of lines) this.#note('<', line)
    await this.host.expectLines(...lines)
  }

  /** A command with a prompt, and its data. */
  async data(command: string, data: string, shown: string, ...lines: readonly string[]): Promise<void> {
    this.#note('>', command)
    this.host.send(command)
    await this.host.expectBytes(this.#prompt)
    this.#note('<', '>')
    this.#note('>', shown)
    this.host.type(data)
    await this.hears(...lines)
  }

  /** Something around the two. */
  happens(words: string, act: () => void): void {
    this.#note('#', words)
    act()
  }

  waits(seconds: number): void {
    this.happens(`${seconds} s later`, () => this.clock.advance(seconds * 1000))
  }

  startFault(name: string, params: Readonly<Record<string, unknown>> = {}): void {
    this.control('fault', { name, ...(Object.keys(params).length > 0 && { params }) })
  }

  /** What the control port does with such a line. */
  control(op: string, request: Readonly<Record<string, unknown>>): void {
    const { module, faults } = this
    this.happens(JSON.stringify({ op, ...request }), () => {
      expect(operations[op]!.perform({ module, faults, streamEvents() {}, fresh() {} }, request)).toMatchObject({
        ok: true,
      })
    })
  }

  /** What was said since the scene began. */
  script(): readonly string[] {
    return this.#script
  }

  /** Codes and causes that the module gave, in order. */
  results(): readonly string[] {
    return this.#script.filter((line) => line.startsWith('< +CMQTT')).map((line) => line.slice(2))
  }

  async close(): Promise<void> {
    this.faults.stopAll()
    await this.module.close()
    await this.peer.stop()
  }

  #note(mark: '>' | '<' | '#', text: string): void {
    let shown = text
    for (const [address, name] of this.ports) shown = shown.replace(address, name)
    this.#script.push(`${mark} ${shown}`)
  }
}

const notFound = (name: string): Promise<never> => Promise.reject(new Error(`getaddrinfo ENOTFOUND ${name}`))

/** Bytes as one character each. */
export const latin1 = (...bytes: readonly number[]): string => textOf(Uint8Array.from(bytes))
