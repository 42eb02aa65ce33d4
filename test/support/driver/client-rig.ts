import { setImmediate as ctx } from 'node:timers/promises'
import { type Profile, profiles } from '../../../src/at/public.ts'
import type { ClientOptions, MqttClient, NodeDeviceOptions } from '../../../src/driver/node.ts'
import { openDevice } from '../../../src/driver/node.ts'
import { Faults, faultyDialer } from '../../../src/faults/public.ts'
import type { Dialer } from '../../../src/io/net/dialer.ts'
import { virtualClock } from '../../../src/io/runtime/clock-virtual.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import { Module } from '../../../src/module/public.ts'
import { silentLog } from '../silent-log.ts'
import { StormBroker } from '../storm/storm-broker.ts'
import { StormNetwork } from '../storm/storm-network.ts'
import { ClientModule } from './client-module.ts'

export const downTopic = 'down'

/** A module with faults, a server a host name, and time, all in memory; clients are promises on it. */
export class ClientRig {
  readonly clock = virtualClock()
  readonly faults: Faults
  readonly line: ClientModule
  readonly broker = new StormBroker(downTopic)
  readonly other = new StormBroker('other')

  constructor(profile: Profile = profiles.sim767x!, seed = 1) {
    const { clock } = this
    const [server, other] = [this.broker, this.other].map(
      (broker, n) => new StormNetwork(broker, clock, seededRandom(seed + n)),
    )
    const servers: Dialer = {
      dial: (options, events) => (options.host === 'other' ? other! : server!).dial(options, events),
    }
    const dialer = faultyDialer(servers, clock)
    const module = new Module({ profile, clock, dialer, log: silentLog, timing: 'instant' })
    const faults = new Faults(module, { clock, log: silentLog, seed, dialer })
    this.faults = faults
    this.line = new ClientModule({
      profile,
      clock,
      module,
      attach: (moduleEnd, name) => faults.attach(moduleEnd, name),
    })
  }

  get module(): Module {
    return this.line.module
  }

  device(options: Partial<NodeDeviceOptions> = {}) {
    return openDevice({ ...this.line.options, ...options })
  }

  connect(options: Partial<ClientOptions & NodeDeviceOptions> = {}): MqttClient {
    return this.line.connect({ url: 'mqtt://server', clientId: 'rig', ...options })
  }

  /** Lets time go on until the promise has settled. */
  async until<T>(promise: Promise<T>, { stepMs = 100, mostMs = 3_600_000 } = {}): Promise<T> {
    let settled = false
    const mark = () => {
      settled = true
    }
    promise.then(mark, mark)
    const end = this.clock.now() + mostMs
    for (;;) {
      await ctx()
      if (settled) return promise
      if (this.clock.now() > end) throw new Error(`Not settled within ${mostMs} ms of virtual time`)
      this.clock.advance(stepMs)
    }
  }

  /** Lets time go on until something is so. */
  async when(condition: () => boolean, what: string, mostMs = 3_600_000, stepMs = 100): Promise<void> {
    const end = this.clock.now() + mostMs
    for (await ctx(); !condition(); await ctx()) {
      if (this.clock.now() > end) throw new Error(`Not within ${mostMs} ms of virtual time: ${what}`)
      this.clock.advance(stepMs)
    }
  }

  async pass(ms: number, stepMs = 100): Promise<void> {
    const end = this.clock.now() + ms
    await this.when(() => this.clock.now() >= end, 'time', Number.POSITIVE_INFINITY, stepMs)
  }

  /** A message from the server to who subscribes to `down`. */
  send(payload: string, qos: 0 | 1 | 2 = 1): void {
    this.broker.publish({ payload, qos })
  }

  /** How often each payload has come to the server. */
  get published(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.broker.received)
  }

  close(): Promise<void> {
    return this.module.close()
  }
}
