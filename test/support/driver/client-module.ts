import { type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { type Client, connect, type MqttClient, type NodeConnectOptions, SetupError } from '../../../src/driver/node.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import type { ByteStream } from '../../../src/io/stream.ts'
import { hostedLine, type MemoryHost } from '../../../src/io/testing/memory-host.ts'
import { faulty } from '../../../src/io/wrappers/faulty.ts'
import { Module } from '../../../src/module/public.ts'
import { silentLog } from '../silent-log.ts'

export interface ClientModuleOptions {
  readonly profile?: Profile
  readonly clock?: Clock
  readonly module?: Module
  readonly attach?: (moduleEnd: ByteStream, name: string) => void
}

/** A module with a line in memory, for clients to connect to; the line can be opened again and again. */
export class ClientModule {
  readonly module: Module
  readonly profile: Profile
  readonly clock: Clock
  readonly trace: string[] = []
  readonly end: MemoryHost
  readonly #dial: () => ByteStream
  /** What was sent to the module, one character a byte. */
  sent = ''
  #pluggedIn = true
  #unplug: (() => void) | undefined

  constructor({ profile = profiles.sim767x!, clock = nodeClock, module, attach }: ClientModuleOptions = {}) {
    this.profile = profile
    this.clock = clock
    this.module = module ?? new Module({ profile, clock, dialer: nodeDialer({ clock }), log: silentLog })
    const { moduleEnd, host, dial } = hostedLine('line')
    if (attach) attach(moduleEnd, 'line')
    else this.module.attach(moduleEnd, 'line')
    this.end = host
    this.#dial = dial
  }

  /** What a client is given to reach the module. */
  get options() {
    const { profile, clock, trace } = this
    const port = async () => this.open()
    return { port, profile, clock, random: seededRandom(1), trace: (line: string) => void trace.push(line) }
  }

  /** The port as a program opens it. */
  open(): ByteStream {
    if (!this.#pluggedIn) throw new SetupError('missing', 'There is no such port: plug it in.')
    const dialled = this.#dial()
    const port = faulty(dialled)
    port.tap('out', {
      take: (bytes, pass) => {
        this.sent += textOf(bytes)
        pass(bytes)
      },
    })
    return unpluggable(port, (unplug) => {
      this.#unplug = unplug
    })
  }

  /** Whether the port can be opened. */
  plug(pluggedIn: boolean): void {
    this.#pluggedIn = pluggedIn
  }

  /** The port is gone for the program that has it open. */
  unplug(): void {
    this.#unplug?.()
  }

  connect(options: Omit<NodeConnectOptions, 'port'>): MqttClient {
    return connect({ ...this.options, ...options })
  }

  /** Command lines that were sent, of one command. */
  lines(start: string): string[] {
    return this.trace.filter((line) => line.startsWith(`> AT${start}`)).map((line) => line.slice(2, -2))
  }

  close(): Promise<void> {
    return this.module.close()
  }
}

/** A stream that goes for a reason once what `given` was told is called. */
function unpluggable(stream: ByteStream, given: (unplug: () => void) => void): ByteStream {
  let told = false
  return {
    address: stream.address,
    start(events) {
      given(() => {
        if (told) return
        told = true
        void stream.close()
        events.presence?.(false, new Error('unplugged'))
      })
      stream.start(events)
    },
    write: (bytes) => stream.write(bytes),
    backlog: () => stream.backlog(),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    close() {
      told = true
      return stream.close()
    },
  }
}

/** Everything that a client tells, one line each: `connect`, `message a/b hello`. */
export function heardOf(client: Client<Buffer>): string[] {
  const heard: string[] = []
  for (const event of ['connect', 'reconnect', 'close', 'offline', 'end'] as const)
    client.on(event, () => void heard.push(event))
  client.on('error', (error) => void heard.push(`error ${error.message}`))
  client.on('warning', (warning) => void heard.push(`warning ${warning.message}`))
  client.on('message', (topic, payload) => void heard.push(`message ${topic} ${payload}`))
  return heard
}
