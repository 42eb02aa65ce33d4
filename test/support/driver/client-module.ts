import { type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { type Client, connect, memoryPort, type NodeConnectOptions, SetupError } from '../../../src/driver/node.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import type { Pipe, Port } from '../../../src/io/stream.ts'
import { type MemoryHost, memoryPipe } from '../../../src/io/transports/memory.ts'
import { Module } from '../../../src/module/public.ts'
import { silentLog } from '../silent-log.ts'

export interface ClientModuleOptions {
  readonly profile?: Profile
  readonly clock?: Clock
  readonly module?: Module
  readonly attach?: (pipe: Pipe, name: string) => void
}

/** A module with a line in memory, for clients to connect to; the line can be opened again and again. */
export class ClientModule {
  readonly module: Module
  readonly profile: Profile
  readonly clock: Clock
  readonly trace: string[] = []
  readonly end: MemoryHost
  /** What was sent to the module, one character a byte. */
  sent = ''
  #pluggedIn = true
  #closed: (() => void) | undefined

  constructor({ profile = profiles.sim767x!, clock = nodeClock, module, attach }: ClientModuleOptions = {}) {
    this.profile = profile
    this.clock = clock
    this.module = module ?? new Module({ profile, clock, dialer: nodeDialer({ clock }), log: silentLog })
    const { pipe, host } = memoryPipe('line')
    if (attach) attach(pipe, 'line')
    else this.module.attach(pipe, 'line')
    this.end = host
  }

  /** What a client is given to reach the module. */
  get options() {
    const { profile, clock, trace } = this
    const port = async () => this.open()
    return { port, profile, clock, random: seededRandom(1), trace: (line: string) => void trace.push(line) }
  }

  /** The port as a program opens it. */
  open(): Port {
    const { end } = this
    if (!this.#pluggedIn) throw new SetupError('missing', 'There is no such port: plug it in.')
    const port = memoryPort({
      open: () => end.open(),
      close: () => end.close(),
      onData: (callback) => end.onData(callback),
      write: (bytes) => {
        this.sent += textOf(bytes)
        end.write(bytes)
      },
    })
    return {
      ...port,
      start: (events) => {
        this.#closed = () => events.closed(new Error('unplugged'))
        port.start(events)
      },
    }
  }

  /** Whether the port can be opened. */
  plug(pluggedIn: boolean): void {
    this.#pluggedIn = pluggedIn
  }

  /** The port is gone for the program that has it open. */
  unplug(): void {
    this.end.close()
    this.#closed?.()
  }

  connect(options: Omit<NodeConnectOptions, 'port'>): Client<Buffer> {
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
