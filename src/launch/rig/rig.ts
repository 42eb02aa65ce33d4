/** `atmqtt/testing`: a module for tests, in memory and in virtual time. */

import { MemoryBroker } from '../../broker/memory/memory-broker.ts'
import {
  idleFaults,
  type ModuleEvent,
  noteLine,
  traceHeader,
  traceLine,
  watchInterventions,
} from '../../control/public.ts'
import { type Client, type ClientOptions, type NodeDevice, openDevice } from '../../driver/node.ts'
import { Faults, faultyDialer } from '../../faults/public.ts'
import { nodeDialer } from '../../io/net/dialer-node.ts'
import { type VirtualClock, virtualClock } from '../../io/runtime/clock-virtual.ts'
import { seededRandom } from '../../io/runtime/random.ts'
import type { Log } from '../../io/runtime/runtime.ts'
import { memoryStore } from '../../io/tls/certificate-store.ts'
import { hasCipherSuite } from '../../io/tls/tls-versions.ts'
import { memoryLine } from '../../io/transports/memory.ts'
import { Module } from '../../module/public.ts'
import { EvidenceRecorder } from '../evidence/evidence-recorder.ts'
import { type RunEvidence, runEvidence } from '../evidence/run-evidence.ts'
import { moduleOptionsOf } from '../launch-settings.ts'
import { OperatedModule, type OperatedParts } from '../operated-module.ts'
import { restorable } from '../restorable-store.ts'
import { readStartOptions, type StartOptions } from '../start-options.ts'
import { UsageError } from '../usage-error.ts'
import { RigLine } from './rig-line.ts'
import { RigPort } from './rig-port.ts'
import { type RigTime, realTime, standingTime } from './rig-time.ts'

export type { BrokerMessage, BrokerPublishOptions, MemoryBroker } from '../../broker/memory/memory-broker.ts'
export type { StreamedEvent } from '../event-queue.ts'
export type { ReliedBehaviour, RunEvidence } from '../evidence/run-evidence.ts'
export { UsageError } from '../usage-error.ts'
export type { RigPort } from './rig-port.ts'

/** Options of `startModule` that a module without ports has too, and the broker. */
export interface RigOptions extends Pick<StartOptions, 'profile' | 'timing' | 'power' | 'sim' | 'simPin' | 'seed'> {
  /** `'memory'`, which is the default: one in memory, whatever address is dialled. `'mqtt://HOST[:PORT]'`: a real one. */
  readonly broker?: 'memory' | `mqtt://${string}`
}

/** A real broker: the rig knows its address alone. */
export interface RealBroker {
  /** For `AT+CMQTTCONNECT`: `tcp://host:1883`. */
  readonly address: string
}

export interface WithinOptions {
  /** Virtual time that may pass meanwhile, ms. */
  readonly withinMs?: number
}

/** A module in memory and in virtual time, with a line to it and a broker behind it. Rejects with a `UsageError`. */
export async function createRig(options?: RigOptions & { readonly broker?: 'memory' }): Promise<Rig<MemoryBroker>>
export async function createRig(options: RigOptions): Promise<Rig<RealBroker>>
export async function createRig({ broker = 'memory', ...options }: RigOptions = {}): Promise<Rig<RealBroker>> {
  const known = ['profile', 'timing', 'power', 'sim', 'simPin', 'seed', 'broker'] as const
  const { seed = 1, ...settings } = await readStartOptions(options, 'createRig', known)
  const { profile } = settings
  const clock = virtualClock()
  const stores = { certificates: restorable(memoryStore()), files: restorable(memoryStore()) }
  const memory = broker === 'memory' ? new MemoryBroker(clock) : undefined
  const dialer = faultyDialer(memory ?? nodeDialer({ clock, certificates: stores.certificates }), clock)
  const notes: RigTrace = []
  const log = logInto(notes, clock)
  const config = { ...moduleOptionsOf(settings), seed, profile, hasCipherSuite }
  const module = new Module({ ...config, ...stores, clock, dialer, log })
  const faults = new Faults(module, { clock, log: untold, seed, dialer })
  const fresh = (): void => {
    memory?.fresh()
    faults.fresh()
    for (const store of Object.values(stores)) store.restore()
    module.fresh()
  }
  const recorder = new EvidenceRecorder(module, profile)
  const evidence = (): RunEvidence => runEvidence(recorder.recorded(), profile.name, idleFaults(faults.records()))
  const operated = { profile, module, faults, clock, fresh, evidence, seed, trace: notes }
  if (memory) return new Rig({ ...operated, broker: memory, time: standingTime(clock) })
  return new Rig({ ...operated, broker: { address: addressOf(broker) }, time: realTime(clock) })
}

/** Of a rig's module: events, and lines of its log. */
type RigTrace = (ModuleEvent | string)[]

/** Older ones are forgotten. */
const longestTrace = 10_000

/** The trace tells of faults by itself. */
const untold: Log = { log() {} }

const logInto = (trace: RigTrace, clock: VirtualClock): Log => ({
  log(level, message) {
    if (level !== 'debug') remember(trace, noteLine(clock.now(), `${level}: ${message}`))
  },
})

function remember(trace: RigTrace, entry: ModuleEvent | string): void {
  trace.push(entry)
  if (trace.length > longestTrace) trace.shift()
}

function addressOf(url: string): string {
  const [, host, port = '1883'] = /^(?:mqtt|tcp):\/\/([^/?#@]+?)(?::(\d+))?\/?$/.exec(url) ?? []
  if (host === undefined) throw new UsageError(`broker ${url}: give 'memory' or 'mqtt://HOST[:PORT]'.`)
  return `tcp://${host}:${port}`
}

interface RigParts<B> extends OperatedParts {
  readonly clock: VirtualClock
  readonly broker: B
  readonly time: RigTime
  readonly seed: number
  readonly trace: RigTrace
}

/**
 * A module, a host's end of a line to it (`send`, `data`, `expect`), and a broker. Time stands still until `advance`,
 * `until`, or an `expect` that may take time; with a real broker it also goes on while something is awaited.
 */
export class Rig<B extends RealBroker = MemoryBroker> extends OperatedModule {
  readonly broker: B
  readonly #parts: RigParts<B>
  readonly #line: RigLine
  #device: NodeDevice | undefined
  #ports = 0

  /** @internal `createRig` makes it. */
  constructor(parts: RigParts<B>) {
    super(parts)
    this.broker = parts.broker
    this.#parts = parts
    const { trace, module, faults, clock } = parts
    this.feed.watch((event) => remember(trace, event))
    watchInterventions(module, faults, (text) => remember(trace, noteLine(clock.now(), text)))
    this.#line = new RigLine(this.#attach('host').dial())
  }

  /** Virtual time since the rig was made, ms. */
  get now(): number {
    return this.#parts.clock.now()
  }

  /** What has come and was not taken by `expect`. */
  get output(): string {
    return this.#line.output
  }

  /** Types a command line; its CR is added. */
  send(line: string): void {
    this.#line.write(`${line}\r`)
  }

  /** Types bytes as they are, as behind a prompt; a text goes as UTF-8. */
  data(bytes: string | Uint8Array): void {
    this.#line.write(bytes)
  }

  /**
   * Takes what has come up to a line that is this text, or up to a match of a pattern, and returns it. Rejects when it
   * has not come: at once, or after `withinMs` of virtual time, which pass as fast as they can.
   */
  async expect(wanted: string | RegExp, { withinMs = 0 }: WithinOptions = {}): Promise<string> {
    const { time } = this.#parts
    const end = time.end(withinMs)
    for (let goesOn = true; goesOn; goesOn = await time.next(end)) {
      await time.settle()
      const taken = this.#line.take(wanted)
      if (taken !== undefined) return taken
    }
    throw new Error(this.#missing(wanted))
  }

  /** Lets virtual time pass; what falls due on the way happens at its own time. */
  async advance(ms: number): Promise<void> {
    const { clock, time } = this.#parts
    const end = clock.now() + ms
    await time.settle()
    for (let due = clock.due(); due <= end; due = clock.due()) {
      clock.advance(due - clock.now())
      await time.settle()
    }
    clock.advance(end - clock.now())
    await time.settle()
  }

  /** Lets virtual time pass until a promise has settled, as one of `client()`; gives its result. At most an hour. */
  async until<T>(promise: Promise<T>, { withinMs = 3_600_000 }: WithinOptions = {}): Promise<T> {
    const { time } = this.#parts
    let settled = false
    const mark = (): void => {
      settled = true
    }
    promise.then(mark, mark)
    const end = time.end(withinMs)
    for (let goesOn = true; goesOn; goesOn = await time.next(end)) {
      await time.settle()
      if (settled) return promise
    }
    throw new Error(`The promise has not settled within ${withinMs} ms of virtual time.\n${this.#standing()}
A rig moves the time of its module and its driver alone. What waits for setTimeout of your own code goes on when your
test runner moves that, too: vi.advanceTimersByTime(ms) beside rig.advance(ms).`)
  }

  /**
   * A driver's client (`atmqtt/driver`) on a line of its own, in the same virtual time: await its promises with `until`.
   * A second call gives the module's other client.
   */
  client(options: ClientOptions = {}): Client<Buffer> {
    this.#device ??= this.#openDevice()
    return this.#device.connect({ url: this.broker.address.replace('tcp:', 'mqtt:'), ...options })
  }

  /** A line of its own to the module, in the shape of a port of `serialport`: for a program that has its own AT code. */
  port(): RigPort {
    const name = this.#ports === 0 ? 'port' : `port ${this.#ports + 1}`
    this.#ports++
    return new RigPort(this.#attach(name).dial())
  }

  /** All that went over lines and connections, and what the module logged, a line each, as `atmqtt module --trace` writes it. */
  trace(): string {
    const { trace, seed } = this.#parts
    const header = traceHeader({ profile: this.profile.name, seed })
    return header + trace.map((entry) => (typeof entry === 'string' ? entry : traceLine(entry))).join('')
  }

  protected shut(): Promise<void> {
    return this.#parts.module.close()
  }

  #openDevice(): NodeDevice {
    const { clock, seed } = this.#parts
    const line = this.#attach('driver')
    return openDevice({ port: async () => line.dial(), clock, random: seededRandom(seed) })
  }

  #attach(name: string) {
    const line = memoryLine(name)
    this.#parts.faults.attach(line.accepted, name)
    return line
  }

  #missing(wanted: string | RegExp): string {
    return `Expected ${wanted}, got:\n${this.#line.lines()}\n${this.#standing()}`
  }

  #standing(): string {
    const { clock } = this.#parts
    const left = Math.ceil(clock.due() - clock.now())
    const due = left === Number.POSITIVE_INFINITY ? 'no timer is set' : `the next timer is due in ${left} ms`
    return `Time stands at ${clock.now()} ms, and ${due}.`
  }
}
