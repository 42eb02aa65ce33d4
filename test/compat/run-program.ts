import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { profiles } from '../../src/at/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { listenTcp, type TcpListener } from '../../src/io/transports/tcp.ts'
import { Module } from '../../src/module/public.ts'
import { type Mosquitto, startMosquitto } from '../support/programs/mosquitto.ts'
import { silentLog } from '../support/silent-log.ts'
import { BrokerObserver, type Observed } from './broker-observer.ts'

export const folder = fileURLToPath(new URL('../../.cache/compat/', import.meta.url))

/** What `mqtt` is in a run. */
export type Side = 'mqttjs' | 'driver'

/** A broker, as many modules as a program has clients, and how to start a program at them. */
export class World {
  readonly side: Side
  readonly broker: Mosquitto
  readonly observer: BrokerObserver
  readonly #modules: readonly Module[]
  readonly #listeners: readonly TcpListener[]
  readonly #children: ChildProcessWithoutNullStreams[] = []

  private constructor(
    side: Side,
    broker: Mosquitto,
    observer: BrokerObserver,
    modules: readonly Module[],
    listeners: readonly TcpListener[],
  ) {
    this.side = side
    this.broker = broker
    this.observer = observer
    this.#modules = modules
    this.#listeners = listeners
  }

  static async start(side: Side, clients: number): Promise<World> {
    const broker = await startMosquitto()
    const observer = await BrokerObserver.start(`mqtt://${broker.address}`)
    const listeners = await Promise.all(
      Array.from({ length: clients }, () => listenTcp({ host: '127.0.0.1', port: 0 })),
    )
    const modules = listeners.map((line) => {
      const dialer = nodeDialer({ clock: nodeClock })
      const module = new Module({ profile: profiles.sim767x!, clock: nodeClock, dialer, log: silentLog })
      module.attach(line, 'tcp')
      return module
    })
    return new World(side, broker, observer, modules, listeners)
  }

  /** Starts a program with the modules of these numbers; without: all. */
  start(file: string, args: readonly string[] = [], modules = this.#listeners.map((_, n) => n)): Program {
    const lines = modules.map((n) => `tcp://127.0.0.1:${this.#listeners[n]!.port}`).join()
    const { host, port } = this.broker
    const env = { ...process.env, COMPAT_LINES: lines, COMPAT_HOST: host, COMPAT_PORT: `${port}` }
    const condition = this.side === 'mqttjs' ? ['--conditions=mqttjs'] : []
    const child = spawn(process.execPath, [...condition, `${folder}${file}`, ...args], { cwd: folder, env })
    this.#children.push(child)
    return new Program(child)
  }

  async end(): Promise<Observed> {
    for (const child of this.#children) child.kill('SIGKILL')
    const observed = await this.observer.end()
    await Promise.all(this.#modules.map((module) => module.close()))
    await this.broker.stop()
    return observed
  }
}

/** A program that runs. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams
  out = ''
  err = ''
  /** Its exit code; `null` when it was ended by a signal. */
  readonly ended: Promise<number | null>

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child
    child.stdout.on('data', (bytes: Buffer) => {
      this.out += bytes
    })
    child.stderr.on('data', (bytes: Buffer) => {
      this.err += bytes
    })
    child.stdin.on('error', () => {})
    this.ended = once(child, 'close').then(([code]) => code as number | null)
  }
}
