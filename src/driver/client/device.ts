import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { isRestart } from '../../at/urcs.ts'
import { ContextPool } from '../certificates/context-pool.ts'
import { MqttError, RefusedError } from '../commands/errors.ts'
import type { ModuleIdentity, SignalQuality } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import type { Received } from '../protocol/answer.ts'
import { ClientError } from './client-error.ts'
import { disconnectAndRelease, isStarted, tolerated } from './connecting.ts'
import { ConnectionLostError } from './connection-lost.ts'
import { ModuleConnection } from './module-connection.ts'
import type { DeviceOptions } from './options.ts'
import type { RecoveryAction } from './recovery.ts'

/** Who has one of the module's two clients. */
export interface SlotOwner {
  readonly connected: boolean
  message(message: Received): void
  damaged(reason: string): void
  /** The connection has ended, as the module or its port says. */
  lost(error: Error): void
  late(name: string, code: number): void
  wantsFilter(filter: string): boolean
  /** The module is given up. */
  end(): Promise<void>
}

/** A module that up to two clients share: its port, its MQTT service, and what is done when it does not do as it should. */
export class Device {
  readonly options: DeviceOptions
  /** The module's TLS contexts. */
  readonly contexts = new ContextPool()
  readonly #link: ModuleConnection
  readonly #slots: [SlotOwner | undefined, SlotOwner | undefined] = [undefined, undefined]
  /** `MQTT` is started; undefined: it has to be looked at. */
  #service: Promise<Modem> | undefined
  #recovering: Promise<void> | undefined
  #verifying = false

  constructor(options: DeviceOptions) {
    this.options = options
    this.#link = new ModuleConnection(options, {
      message: (message) => this.#slots[message.clientIndex]?.message(message),
      damaged: (clientIndex, reason) => this.#damaged(clientIndex, reason),
      urc: (text) => this.#urc(text),
      late: (name, clientIndex, code) => this.#occupants(clientIndex).forEach((owner) => void owner.late(name, code)),
      closed: (error) => this.#closed(error),
      keepsFilter: (filter) => this.#occupants().some((owner) => owner.wantsFilter(filter)),
    })
  }

  /** The module's commands. Throws a `ClientError` while the port is not open. */
  get modem(): Modem {
    const { modem } = this.#link
    if (modem) return modem
    throw new ClientError('notReady', 'The port of the module is not open (yet): wait for the event connect.')
  }

  async info(): Promise<ModuleIdentity> {
    return (await this.#link.ready()).info()
  }

  async signal(): Promise<SignalQuality> {
    return (await this.#link.ready()).signal()
  }

  /** Takes one of the module's two clients. */
  take(owner: SlotOwner, wished?: ClientIndex): ClientIndex {
    const free = ([0, 1] as const).filter((index) => this.#slots[index] === undefined)
    const index = wished === undefined ? free[0] : free.find((each) => each === wished)
    if (index === undefined)
      throw new ClientError('tooManyClients', 'A module has two clients, and they are in use: end one of them first.')
    this.#slots[index] = owner
    return index
  }

  /** Of the port, while it is open. */
  get openModem(): Modem | undefined {
    return this.#link.modem
  }

  /** Gives it back. */
  freeSlot(index: ClientIndex, owner: SlotOwner): void {
    if (this.#slots[index] === owner) this.#slots[index] = undefined
  }

  /** Gives it back, disconnected and released. The last one stops the service. */
  async leave(index: ClientIndex, owner: SlotOwner): Promise<void> {
    this.freeSlot(index, owner)
    if (this.#occupants().length > 0) return
    const service = this.#service
    this.#service = undefined
    const { modem } = this.#link
    if (service && modem && !modem.chat.closed) await tolerated(modem.mqtt.stop())
  }

  /** Ends the clients, and closes the port. */
  async close(): Promise<void> {
    await Promise.all(this.#occupants().map((owner) => owner.end()))
    await this.shut()
  }

  /** Closes the port, whoever is there. */
  shut(): Promise<void> {
    return this.#link.end()
  }

  otherConnected(index: ClientIndex): boolean {
    return this.#slots[1 - index]?.connected === true
  }

  /** A module that is online and whose MQTT service is started. */
  async ready(): Promise<Modem> {
    await this.#recovering
    this.#service ??= this.#start()
    return this.#service
  }

  /** The module has said that its service is not started: the next `ready` starts it. */
  serviceStopped(): void {
    this.#service = undefined
  }

  /** The rungs that take the whole module. Whoever comes meanwhile waits for the same. */
  recover(action: RecoveryAction): Promise<void> {
    this.#recovering ??= this.#recover(action).finally(() => {
      this.#recovering = undefined
    })
    return this.#recovering
  }

  async #start(): Promise<Modem> {
    try {
      const modem = await this.#link.ready()
      await startService(modem)
      return modem
    } catch (error) {
      this.#service = undefined
      throw error
    }
  }

  async #recover(action: RecoveryAction): Promise<void> {
    const { modem } = this.#link
    this.#service = undefined
    if (modem && !modem.chat.closed) await soften(modem, action)
    if (action === 'hard') await this.options.hardReset?.()
    if (action === 'hard' && this.#link.canReopen) await this.#link.drop()
    if (action !== 'restart') this.#link.goneOffline()
    for (const owner of this.#occupants()) owner.lost(new ConnectionLostError('recovery'))
  }

  #occupants(clientIndex?: number): readonly SlotOwner[] {
    return this.#slots.filter((slot, index) => slot && (clientIndex ?? index) === index) as readonly SlotOwner[]
  }

  #damaged(clientIndex: number | undefined, reason: string): void {
    for (const owner of this.#occupants(clientIndex)) owner.damaged(reason)
  }

  #closed(error: Error | undefined): void {
    this.#service = undefined
    for (const owner of this.#occupants()) owner.lost(new ConnectionLostError('port', error))
  }

  #urc(text: string): void {
    const [, index, cause] = /^\+CMQTTCONNLOST: ?([01]),(\d)$/.exec(text) ?? []
    if (index !== undefined)
      this.#slots[Number(index)]?.lost(new ConnectionLostError(causes[Number(cause)] ?? 'closed'))
    if (text === '+CMQTTNONET') this.#serviceGone('network')
    if (isRestart(text)) void this.#verifyRestart()
  }

  #serviceGone(why: 'network' | 'restart'): void {
    this.#service = undefined
    this.#link.goneOffline()
    for (const owner of this.#occupants()) owner.lost(new ConnectionLostError(why))
  }

  /** Boot lines may be said by a module that runs on: what tells is whether the service is still there. */
  async #verifyRestart(): Promise<void> {
    const { modem } = this.#link
    if (!modem || !this.#link.online || this.#verifying) return
    this.#verifying = true
    const started = await isStarted(modem).catch(() => false)
    this.#verifying = false
    if (started || this.#link.modem !== modem) return
    for (const index of [0, 1] as const) modem.chat.abandonResults(index)
    this.#serviceGone('restart')
  }
}

/** §4.2, by number. */
const causes = ['closed', 'closed', 'reset', 'network'] as const

/** START; a service that an earlier run has left started is used as it is. */
async function startService(modem: Modem): Promise<void> {
  if (await isStarted(modem)) return
  try {
    await modem.mqtt.start()
  } catch (error) {
    const perhaps = error instanceof RefusedError || (error instanceof MqttError && error.code === 23)
    const unknown = error instanceof Error && error.name === 'UnknownOutcomeError'
    if (!(perhaps || unknown) || !(await isStarted(modem))) throw error
  }
}

const resetLimits = { finalMs: 20_000 }

/** What the module can still be told to do; what it refuses is followed by a harder rung. */
async function soften(modem: Modem, action: RecoveryAction): Promise<void> {
  for (const index of [0, 1] as const) await disconnectAndRelease(modem, index, true)
  await tolerated(modem.mqtt.stop())
  if (action === 'radio') {
    await tolerated(modem.command('AT+CFUN=0', resetLimits))
    await tolerated(modem.command('AT+CFUN=1', resetLimits))
  }
  if (action === 'reset' || action === 'hard') await tolerated(modem.command('AT+CRESET', resetLimits))
}
