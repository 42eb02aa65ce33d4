import { isRestart, lossCauses, urcs } from '../../at/urcs.ts'
import { ContextPool } from '../certificates/context-pool.ts'
import { MqttError, RefusedError, UnknownOutcomeError } from '../commands/errors.ts'
import type { ModuleIdentity, SignalQuality } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import type { Received } from '../protocol/answer.ts'
import { clientOfResult, type UnaskedKind } from '../protocol/disturbance.ts'
import { disconnectAndRelease, isStarted, tolerated } from './connecting.ts'
import { ClientError, ConnectionLostError } from './errors.ts'
import { ModuleConnection } from './module-connection.ts'
import type { DeviceOptions } from './options/options.ts'
import type { RecoveryAction } from './recovery.ts'
import { SecondWriter } from './second-writer.ts'

/** The owner of one of the module's two clients. */
export interface SlotOwner {
  readonly connected: boolean
  message(message: Received): void
  damaged(reason: string): void
  /** The connection has ended, as the module or its port says. */
  lost(error: Error): void
  late(name: string, code: number): void
  /** A line that looks like a result of this client, and that no command has. */
  unasked(text: string): void
  wantsFilter(filter: string): boolean
  warning(warning: ClientError): void
  /** The device is closed: the owner ends. */
  end(): Promise<void>
}

/** Who else has a port open, as the system tells. */
export interface Neighbours {
  /** With what to do about it; also who only may have it. Undefined: nobody is known. */
  holderOf(address: string): string | undefined
  /** A sentence for a port that another program has open, too. */
  openBeside(address: string): string | undefined
}

/** A module that up to two clients share: its port, its MQTT service, and the recovery of both. */
export class Device {
  readonly options: DeviceOptions
  /** Made for the first connection over TLS. */
  #contexts: ContextPool | undefined
  readonly #connection: ModuleConnection
  readonly #secondWriter = new SecondWriter()
  readonly #neighbours: Neighbours | undefined
  #toldSilence = false
  readonly #slots: [SlotOwner | undefined, SlotOwner | undefined] = [undefined, undefined]
  /** Also those whose client is not decided yet. */
  #all: readonly SlotOwner[] = []
  /** Pending or fulfilled while the MQTT service is started; undefined: the next `ready` asks the module. */
  #service: Promise<Modem> | undefined
  #recovering: Promise<void> | undefined
  #verifying = false

  constructor(options: DeviceOptions, neighbours?: Neighbours) {
    this.options = options
    this.#neighbours = neighbours
    this.#connection = new ModuleConnection(options, {
      message: (message) => this.#slots[message.clientIndex]?.message(message),
      damaged: (clientIndex, reason) => this.#damaged(clientIndex, reason),
      urc: (text) => this.#urc(text),
      late: (name, clientIndex, code) => this.#owners(clientIndex).forEach((owner) => void owner.late(name, code)),
      unasked: (address, kind, text) => this.#unasked(address, kind, text),
      closed: (error) => this.#closed(error),
      opened: (address) => this.#opened(address),
      silent: (sentence) => this.#silent(sentence),
      holder: (address) => neighbours?.holderOf(address),
      keepsFilter: (filter) => this.#owners().some((owner) => owner.wantsFilter(filter)),
    })
  }

  /** The module's TLS contexts. */
  get contexts(): ContextPool {
    this.#contexts ??= new ContextPool()
    return this.#contexts
  }

  /** The module's commands. Throws a `ClientError` while the port is not open. */
  get modem(): Modem {
    const { modem } = this.#connection
    if (modem) return modem
    throw new ClientError('notReady', 'The port of the module is not open (yet): wait for the event connect.')
  }

  async info(): Promise<ModuleIdentity> {
    return (await this.#connection.ready()).info()
  }

  async signal(): Promise<SignalQuality> {
    return (await this.#connection.ready()).signal()
  }

  /** Reserves one of the module's two clients; which one is decided by `assign`, unless one is wanted. */
  take(owner: SlotOwner, wanted?: 0 | 1): void {
    if (this.#all.length > 1 || (wanted !== undefined && this.#slots[wanted]))
      throw new ClientError('tooManyClients', 'A module has two clients, and they are in use: end one of them first.')
    if (!this.#all.includes(owner)) this.#all = [...this.#all, owner]
    if (wanted !== undefined) this.#slots[wanted] = owner
  }

  /** Whether a client of the module is that of another owner. */
  isOthers(index: 0 | 1, owner: SlotOwner): boolean {
    return this.#slots[index] !== undefined && this.#slots[index] !== owner
  }

  assign(index: 0 | 1, owner: SlotOwner): void {
    this.#unassign(owner)
    this.#slots[index] = owner
  }

  /** The modem of the port, while that is open. */
  get openModem(): Modem | undefined {
    return this.#connection.modem
  }

  /** Gives back what was taken. */
  freeSlot(owner: SlotOwner): void {
    this.#all = this.#all.filter((each) => each !== owner)
    this.#unassign(owner)
  }

  /** Gives back a client that is disconnected and released. The last one stops the service. */
  async leave(owner: SlotOwner): Promise<void> {
    this.freeSlot(owner)
    if (this.#all.length > 0) return
    const service = this.#service
    this.#service = undefined
    const { modem } = this.#connection
    if (service && modem && !modem.chat.closed) await tolerated(modem.mqtt.stop())
  }

  /** Ends the clients, and closes the port. */
  async close(): Promise<void> {
    await Promise.all(this.#owners().map((owner) => owner.end()))
    await this.shut()
  }

  /** Closes the port, also under clients that have not ended. */
  shut(): Promise<void> {
    return this.#connection.end()
  }

  /** After `shut`: the next `ready` opens the port again. */
  reopen(): void {
    this.#connection.reopen()
  }

  otherConnected(owner: SlotOwner): boolean {
    return this.#owners().some((other) => other !== owner && other.connected)
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

  /** Recovery of the whole module. A second caller gets the promise of the one that is running. */
  recover(action: RecoveryAction): Promise<void> {
    this.#recovering ??= this.#recover(action).finally(() => {
      this.#recovering = undefined
    })
    return this.#recovering
  }

  async #start(): Promise<Modem> {
    try {
      const modem = await this.#connection.ready()
      await startService(modem)
      return modem
    } catch (error) {
      this.#service = undefined
      throw error
    }
  }

  async #recover(action: RecoveryAction): Promise<void> {
    const { modem } = this.#connection
    this.#service = undefined
    if (modem && !modem.chat.closed) await commandRecovery(modem, action)
    if (action === 'hard') await this.options.hardReset?.()
    if (action === 'hard' && this.#connection.canReopen) await this.#connection.drop()
    if (action !== 'restart') this.#connection.goneOffline()
    for (const owner of this.#owners()) owner.lost(new ConnectionLostError('recovery'))
  }

  #unassign(owner: SlotOwner): void {
    for (const index of [0, 1] as const) if (this.#slots[index] === owner) this.#slots[index] = undefined
  }

  #owners(clientIndex?: number): readonly SlotOwner[] {
    if (clientIndex === undefined) return this.#all
    const owner = this.#slots[clientIndex]
    return owner ? [owner] : []
  }

  #damaged(clientIndex: number | undefined, reason: string): void {
    for (const owner of this.#owners(clientIndex)) owner.damaged(reason)
  }

  #unasked(address: string, kind: UnaskedKind, text: string): void {
    const { clock } = this.options
    const holder = () => this.#neighbours?.holderOf(address)
    this.#warn(this.#secondWriter.heard(kind, { text, address, now: clock.now(), holder }))
  }

  #opened(address: string): void {
    this.#warn(this.#secondWriter.opened(() => this.#neighbours?.openBeside(address)))
  }

  /** Once: a module that is off is asked for as long as it takes. */
  #silent(sentence: string): void {
    if (!this.#toldSilence) this.#warn(new ClientError('notReady', sentence))
    this.#toldSilence = true
  }

  #warn(warning: ClientError | undefined): void {
    if (warning) for (const owner of this.#owners()) owner.warning(warning)
  }

  #closed(error: Error | undefined): void {
    this.#service = undefined
    for (const owner of this.#owners()) owner.lost(new ConnectionLostError('port', error))
  }

  #urc(text: string): void {
    const [, index, cause] = connectionLost.exec(text) ?? []
    if (index !== undefined)
      this.#slots[Number(index)]?.lost(new ConnectionLostError(causes[Number(cause)] ?? 'closed'))
    else this.#slots[clientOfResult(text)]?.unasked(text)
    if (text === urcs.noNetwork.name) this.#serviceGone('network')
    if (isRestart(text)) void this.#verifyRestart()
  }

  #serviceGone(why: 'network' | 'restart'): void {
    this.#service = undefined
    this.#connection.goneOffline()
    for (const owner of this.#owners()) owner.lost(new ConnectionLostError(why))
  }

  /** A module that runs on may send boot lines, too: asks whether the service is still started. */
  async #verifyRestart(): Promise<void> {
    const { modem } = this.#connection
    if (!modem || !this.#connection.online || this.#verifying) return
    this.#verifying = true
    const started = await isStarted(modem).catch(() => false)
    this.#verifying = false
    if (started || this.#connection.modem !== modem) return
    for (const index of [0, 1] as const) modem.chat.abandonResults(index)
    this.#serviceGone('restart')
  }
}

const connectionLost = new RegExp(`^\\${urcs.connectionLost.name}: ?([01]),(\\d)$`)

/** §4.2, by number. */
const causes: Readonly<Record<number, keyof typeof lossCauses>> = {
  [lossCauses.closed]: 'closed',
  [lossCauses.reset]: 'reset',
  [lossCauses.network]: 'network',
}

/** START; a service that an earlier run has left started is used as it is. */
async function startService(modem: Modem): Promise<void> {
  if (await isStarted(modem)) return
  try {
    await modem.mqtt.start()
  } catch (error) {
    const perhaps = error instanceof RefusedError || (error instanceof MqttError && error.err === 23)
    const unknown = error instanceof UnknownOutcomeError
    if (!(perhaps || unknown) || !(await isStarted(modem))) throw error
  }
}

const resetLimits = { finalMs: 20_000 }

/** The part of an action that is commands. A refusal is ignored: the next action is harder. */
async function commandRecovery(modem: Modem, action: RecoveryAction): Promise<void> {
  for (const index of [0, 1] as const) await disconnectAndRelease(modem, index, true)
  await tolerated(modem.mqtt.stop())
  if (action === 'radio') {
    await tolerated(modem.command('AT+CFUN=0', resetLimits))
    await tolerated(modem.command('AT+CFUN=1', resetLimits))
  }
  if (action === 'reset' || action === 'hard') await tolerated(modem.command('AT+CRESET', resetLimits))
}
