import { MqttError, RefusedError } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import {
  acquire,
  connectSecured,
  disconnectAndRelease,
  type SlotState,
  type SlotStates,
  slotStates,
  tolerated,
} from './connecting.ts'
import type { Device, SlotOwner } from './device.ts'
import { ClientError, type ClientErrorCode } from './errors.ts'
import { isLeftOnPort } from './options/client-id.ts'
import type { ClientSettings } from './options/settings.ts'
import { type RecoveryAction, recoveryActions } from './recovery.ts'

export interface AttemptEvents {
  /** Once it is true, the attempt goes no further. */
  ended(): boolean
  warning(code: ClientErrorCode, text: string): void
  /** The recovery action is done; what is lost from now on is none of its doing. */
  recovered(): void
  /** From now on messages are this client's. */
  acquired(): void
}

/** A module, and which of its clients is connected. */
export interface ConnectedClient {
  readonly modem: Modem
  readonly index: 0 | 1
}

/** Connects one of the module's clients: a free one, unless one is wanted. */
export class Attempt {
  readonly #device: Device
  readonly #owner: SlotOwner
  readonly #settings: ClientSettings
  readonly #wanted: 0 | 1 | undefined
  readonly #events: AttemptEvents
  #index: 0 | 1 | undefined
  /** The modem on which the client was acquired here, with these settings. Cleared before it is acquired anew. */
  #own: Modem | undefined
  /** The one that was acquired last. */
  #ownIndex: 0 | 1 | undefined
  #strangerConnected = false

  constructor(
    device: Device,
    owner: SlotOwner,
    settings: ClientSettings,
    events: AttemptEvents,
    wanted: 0 | 1 | undefined,
  ) {
    this.#device = device
    this.#owner = owner
    this.#settings = settings
    this.#events = events
    this.#wanted = wanted
    this.#index = wanted
  }

  /** Undefined until the module has told which client is free. */
  get index(): 0 | 1 | undefined {
    return this.#index
  }

  /** Whether another program has connected the module's other client, as the last attempt saw. */
  get strangerConnected(): boolean {
    return this.#strangerConnected
  }

  /** Takes the recovery action, then connects. */
  async run(action: RecoveryAction): Promise<ConnectedClient> {
    this.#strangerConnected = false
    if (isForWholeModule(action)) await this.#device.recover(action)
    this.#events.recovered()
    this.#goOn()
    const prepared = await this.#prepare(action).catch((error: unknown) => {
      // Since its state was read another program may have acquired the client, or stopped the service.
      if (this.#own !== undefined || !isRefusal(error)) throw error
      return this.#prepare(action)
    })
    if (prepared.connected) return prepared
    const warn = (text: string) => this.#events.warning('unverified', text)
    await connectSecured(prepared.modem, prepared.index, this.#settings, this.#device, warn)
    return prepared
  }

  /** Whether the client is still connected, as the module says. */
  async isConnected(modem: Modem): Promise<boolean> {
    const state = this.#index === undefined ? undefined : (await slotStates(modem))?.[this.#index]
    return state?.kind === 'acquired' && state.clientId === this.#settings.clientId && state.connected
  }

  /** DISC and REL, if the client was acquired here. */
  async leave(modem: Modem, force: boolean): Promise<void> {
    if (this.#own !== modem || this.#index === undefined) return
    this.#own = undefined
    await disconnectAndRelease(modem, this.#index, force)
  }

  /** A program on another port of the module may have stopped the service: it is started again. */
  async #started(): Promise<{ readonly modem: Modem; readonly states: SlotStates }> {
    for (let again = false; ; again = true) {
      const modem = await this.#device.ready()
      this.#goOn()
      const states = await slotStates(modem)
      this.#goOn()
      if (states) return { modem, states }
      if (again) throw new ClientError('notReady', 'The MQTT service of the module has stopped.')
      this.#device.serviceStopped()
    }
  }

  /** `connected`: with these settings already. A client that was acquired elsewhere is released: its will and settings can't be read. */
  async #prepare(action: RecoveryAction): Promise<ConnectedClient & { readonly connected: boolean }> {
    const { modem, states } = await this.#started()
    const index = this.#choose(states, modem.chat.port.address)
    const state = states[index]
    const own = this.#own === modem && state.kind === 'acquired' && state.clientId === this.#settings.clientId
    if (own && action === 'query') return { modem, index, connected: state.connected }
    if (own && action === 'disconnect') {
      await tolerated(modem.mqtt.disconnect({ clientIndex: index, timeout: 0 }))
      return { modem, index, connected: false }
    }
    if (state.kind === 'acquired') {
      if (!own) this.#tellTakeOver(index, state, modem.chat.port.address)
      await disconnectAndRelease(modem, index, true)
    }
    this.#goOn()
    await this.#acquire(modem, index)
    return { modem, index, connected: false }
  }

  #choose(states: SlotStates, address: string): 0 | 1 {
    const ours = indices.filter((index) => !this.#device.isOthers(index, this.#owner))
    const index =
      this.#wanted ?? bestOf(ours, states, { clientId: this.#settings.clientId, current: this.#index, address })
    this.#index = index
    this.#device.assign(index, this.#owner)
    const other = ours.length > 1 ? states[index === 0 ? 1 : 0] : undefined
    this.#strangerConnected = other !== undefined && isConnected(other)
    return index
  }

  async #acquire(modem: Modem, index: 0 | 1): Promise<void> {
    this.#own = undefined
    await acquire(modem, index, this.#settings)
    this.#own = modem
    this.#ownIndex = index
    this.#events.acquired()
    this.#goOn()
  }

  /** Not of what this program, or an earlier run of it, has left. */
  #tellTakeOver(index: 0 | 1, { clientId, connected }: Acquired, address: string): void {
    const sameId = clientId === this.#settings.clientId
    if (sameId && (!connected || this.#ownIndex === index)) return
    const left = isLeftOnPort(clientId, address)
    if (left && !connected) return
    const why = sameId
      ? 'it has the same client ID'
      : left
        ? 'a program that had this port has not ended it'
        : this.#wanted === undefined
          ? 'both clients of the module are in use'
          : `clientIndex is ${index}`
    this.#events.warning(
      'takenOver',
      `Client ${index} of the module was taken over from "${clientId}"${connected ? ', which was connected' : ''}: ${why}.`,
    )
  }

  #goOn(): void {
    if (this.#events.ended()) throw new ClientError('ended', 'The client has ended.')
  }
}

const indices = [0, 1] as const

type Acquired = Extract<SlotState, { kind: 'acquired' }>

const isConnected = (state: SlotState): boolean => state.kind === 'acquired' && state.connected

interface Wanted {
  readonly clientId: string
  readonly current: 0 | 1 | undefined
  /** Of the port. */
  readonly address: string
}

/** The client that this one has, or an earlier run has left; else a free one; else one that is not connected. */
function bestOf(ours: readonly (0 | 1)[], states: SlotStates, { clientId, current, address }: Wanted): 0 | 1 {
  const isFree = (index: 0 | 1) => states[index].kind === 'free'
  const idOf = (index: 0 | 1) => (states[index] as { clientId?: string }).clientId
  const hasId = (index: 0 | 1) => idOf(index) === clientId
  const isLeft = (index: 0 | 1) => isLeftOnPort(idOf(index) ?? '', address)
  return (
    ours.find((index) => index === current && (isFree(index) || hasId(index))) ??
    ours.find(hasId) ??
    ours.find(isLeft) ??
    ours.find(isFree) ??
    ours.find((index) => !isConnected(states[index])) ??
    ours[0]!
  )
}

const isRefusal = (error: unknown): boolean =>
  error instanceof RefusedError || (error instanceof MqttError && !error.accepted)

const isForWholeModule = (action: RecoveryAction): boolean =>
  recoveryActions.indexOf(action) >= recoveryActions.indexOf('restart')
