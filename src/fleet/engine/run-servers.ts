import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuthority } from '../../broker/authority.ts'
import { type Broker, createBroker } from '../../broker/embedded-broker.ts'
import type { HostPort } from '../../launch/addresses.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { RunServers } from '../shard/world.ts'

/** Where the modules of a run connect, and the broker that the run has brought, if it has. */
export interface OpenedServers {
  readonly servers: RunServers
  /** Of the run's own broker: gone, with all its sessions, and back on the same ports. */
  readonly own: { stop(): Promise<void>; start(): Promise<void> } | undefined
  close(): Promise<void>
}

export async function openServers(scenario: Scenario): Promise<OpenedServers> {
  const { broker } = scenario
  if (broker.kind === 'embedded') return OwnBroker.open(scenario)
  const at = { host: broker.host, port: broker.port }
  return {
    servers: broker.tls ? { plain: null, tls: at } : { plain: at, tls: null },
    own: undefined,
    close: async () => {},
  }
}

/** Anybody may be its client; those with a device's certificate where a group has an authority. */
class OwnBroker implements OpenedServers {
  servers: RunServers = { plain: null, tls: null }
  readonly own = { stop: () => this.#stop(), start: () => this.#start() }
  readonly #scenario: Scenario
  #broker: Broker | undefined
  #folder: string | undefined

  private constructor(scenario: Scenario) {
    this.#scenario = scenario
  }

  static async open(scenario: Scenario): Promise<OwnBroker> {
    const opened = new OwnBroker(scenario)
    await opened.#start()
    return opened
  }

  async close(): Promise<void> {
    await this.#stop()
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  async #stop(): Promise<void> {
    await this.#broker?.close()
    this.#broker = undefined
  }

  async #start(): Promise<void> {
    // The run itself is who connects, with as many modules at once as its scenario says.
    const broker = await createBroker({ limits: { connecting: Number.POSITIVE_INFINITY } })
    this.#broker = broker
    const plain = await broker.listen(this.#address(this.servers.plain))
    const tls = this.#scenario.groups.some((group) => group.tls) ? await this.#listenTls(broker) : null
    this.servers = { plain: { host: plain.host, port: plain.port }, tls }
  }

  async #listenTls(broker: Broker): Promise<HostPort> {
    const named = this.#scenario.groups.find(({ tls }) => tls?.authority)?.tls?.authority
    this.#folder ??= named ? undefined : mkdtempSync(join(tmpdir(), 'fleet-authority-'))
    const authority = await openAuthority(named ?? this.#folder!)
    const { host, port } = await broker.listenTls({
      ...this.#address(this.servers.tls),
      authority,
      requireCertificate: named !== undefined && named !== null,
    })
    return { host, port }
  }

  #address = (before: HostPort | null): HostPort => ({ host: '127.0.0.1', port: before?.port ?? 0 })
}
