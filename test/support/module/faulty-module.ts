import { bytesOf, type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { Faults } from '../../../src/faults/public.ts'
import { faultyDialer } from '../../../src/io/net/faulty-dialer.ts'
import { virtualClock } from '../../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import { Module } from '../../../src/module/public.ts'
import { MemoryServer } from '../memory-server.ts'
import { silentLog } from '../silent-log.ts'

export interface FaultyOptions {
  readonly seed?: number
  readonly profile?: Profile
}

/** A module with faults, one line and a server, all in memory: whatever is typed has its effect within the call. */
export class FaultyModule {
  readonly clock = virtualClock()
  readonly server = new MemoryServer(this.clock)
  readonly faults: Faults
  readonly module: Module
  /** How many pieces the host got. */
  writes = 0
  readonly #host
  #got = ''

  constructor({ seed = 1, profile = profiles.sim767x! }: FaultyOptions = {}) {
    const { clock } = this
    const dialer = faultyDialer(this.server, clock)
    this.module = new Module({ profile, clock, dialer, log: silentLog })
    this.faults = new Faults(this.module, { clock, log: silentLog, seed, dialer })
    const { moduleEnd, host } = hostedLine()
    this.faults.attach(moduleEnd, 'at0')
    this.#host = host
    host.open()
    host.onData((bytes) => {
      this.#got += textOf(bytes)
      this.writes++
    })
    this.type('ATE0\r')
  }

  /** Another line; gives what types on it. */
  attach(name: string, heard: (text: string) => void = () => {}): (text: string) => void {
    const { moduleEnd, host } = hostedLine()
    this.faults.attach(moduleEnd, name)
    host.open()
    host.onData((bytes) => heard(textOf(bytes)))
    return (text) => host.write(bytesOf(text))
  }

  /** What the host has got since it was last asked. */
  got(): string {
    const text = this.#got
    this.#got = ''
    return text
  }

  /** Types bytes; gives what came back within the call. */
  type(text: string): string {
    this.#host.write(bytesOf(text))
    return this.got()
  }

  at(command: string): string {
    return this.type(`AT${command}\r`)
  }

  advance(ms: number): string {
    this.clock.advance(ms)
    return this.got()
  }

  /** START, ACCQ. */
  acquired(serverType = 0): this {
    this.at('+CMQTTSTART')
    this.at(`+CMQTTACCQ=0,"me",${serverType}`)
    return this
  }

  connect(address = 'server', rest = '64800,0'): string {
    return this.at(`+CMQTTCONNECT=0,"tcp://${address}",${rest}`)
  }

  connected(): this {
    this.acquired().connect()
    return this
  }

  /** Topic `t`, payload `p`. */
  staged(): this {
    this.at('+CMQTTTOPIC=0,1')
    this.type('t')
    this.at('+CMQTTPAYLOAD=0,1')
    this.type('p')
    return this
  }

  publish(qos: number): string {
    return this.staged().at(`+CMQTTPUB=0,${qos},60`)
  }
}
