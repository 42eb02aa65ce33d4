import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import { type NodeDevice, openDevice } from '../../driver/node.ts'
import type { Clock, Random } from '../../io/runtime/runtime.ts'
import type { MemoryLine } from '../../io/transports/memory.ts'
import type { Qos } from '../../mqtt/public.ts'
import type { ModuleGroup } from '../scenario/scenario.ts'
import type { DeviceFiles } from './device-files.ts'
import type { FleetHost, FleetMessage, HostEvents } from './host.ts'

export interface DriverSettings {
  readonly group: ModuleGroup
  readonly clientId: string
  /** `mqtt://host:port`, `mqtts://host:port` */
  readonly url: string
  readonly clock: Clock
  readonly random: Random
  readonly files: DeviceFiles
  readonly events: HostEvents
}

type DriverClient = ReturnType<NodeDevice['connect']>

/** `atmqtt/driver` as the host: its own recovery, and its own resending. */
export class DriverHost implements FleetHost {
  readonly #settings: DriverSettings
  readonly #line: MemoryLine
  #device: NodeDevice | undefined
  #client: DriverClient | undefined
  #clientId: string
  #isUp = false
  #pending = 0

  constructor(line: MemoryLine, settings: DriverSettings) {
    this.#line = line
    this.#settings = settings
    this.#clientId = settings.clientId
  }

  connect(intendedAt: number): void {
    if (this.#client) return
    const { clock, random, events } = this.#settings
    this.#device ??= openDevice({ port: async () => this.#line.dial(), clock, random })
    events.attempted(intendedAt)
    this.#client = this.#heard(this.#device.connect(this.#options()))
  }

  disconnect(): void {
    const client = this.#client
    this.#client = undefined
    if (this.#isUp) this.#settings.events.left()
    this.#isUp = false
    void client?.endAsync().catch(() => {})
  }

  subscribe(topic: string, qos: Qos): void {
    void this.#client?.subscribeAsync(topic, { qos }).catch(() => {})
  }

  publish(message: FleetMessage): void {
    const { clock, events } = this.#settings
    const client = this.#client
    if (!client) return events.failed(message, 'not connected')
    this.#pending++
    message.sentAt = clock.now()
    events.sent(message)
    const { qos, retain, topic, payload } = message
    client.publishAsync(topic, bytesOf(payload), { qos, retain }).then(
      () => this.#settled(() => events.acked(message)),
      (error: Error) => this.#settled(() => events.failed(message, causeOf(error))),
    )
  }

  pending(): number {
    return this.#pending
  }

  rename(clientId: string): void {
    this.#clientId = clientId
  }

  powerLost(): void {}
  powered(): void {}

  async close(): Promise<void> {
    this.disconnect()
    await this.#device?.close()
  }

  #settled(tell: () => void): void {
    this.#pending--
    tell()
  }

  #heard(client: DriverClient): DriverClient {
    const { events, clock } = this.#settings
    const isMine = () => client === this.#client
    client.on('connect', () => {
      if (!isMine()) return
      this.#isUp = true
      events.up()
    })
    client.on('close', (why?: Error) => {
      if (!isMine()) return
      if (this.#isUp) events.lost(causeOf(why))
      else events.refused(causeOf(why))
      this.#isUp = false
    })
    client.on('reconnect', () => isMine() && events.attempted(clock.now()))
    client.on('error', (error) => isMine() && !this.#isUp && events.refused(causeOf(error)))
    client.on('warning', () => {})
    client.on('message', (_, payload) => events.received(textOf(payload)))
    return client
  }

  #options() {
    const { group, url, files } = this.#settings
    const { keepAliveMs, clean, username, password, will } = group
    return {
      ...{ url, clientId: this.#clientId, keepalive: Math.max(1, Math.round(keepAliveMs / 1000)), clean },
      ...{ reconnectOnConnackError: true, ...periods(group) },
      ...(username !== null && { username }),
      ...(password !== null && { password }),
      ...(will && { will }),
      ...(group.tls && tlsOptions(files)),
    }
  }
}

const tlsOptions = ({ ca, cert, key }: DeviceFiles) => ({
  ...(ca ? { ca: ca() } : { rejectUnauthorized: false }),
  ...(cert && key && { cert: cert(), key: key() }),
})

/** A period of 0 would be no attempt at all. */
function periods({ reconnect }: ModuleGroup) {
  switch (reconnect.kind) {
    case 'driver':
      return {}
    case 'backoff':
      return { reconnectPeriod: reconnect.firstMs, maxReconnectPeriod: reconnect.longestMs }
    case 'fixed':
      return { reconnectPeriod: reconnect.everyMs, maxReconnectPeriod: reconnect.everyMs }
    case 'none':
      return { reconnectPeriod: 20, maxReconnectPeriod: 20 }
    case 'never':
      return { reconnectPeriod: 0 }
  }
}

function causeOf(error: Error | undefined): string {
  if (!error) return 'closed'
  const { code, err } = error as { readonly code?: unknown; readonly err?: unknown }
  if (typeof err === 'number') return `err ${err}`
  return typeof code === 'string' || typeof code === 'number' ? `${code}` : error.name
}
