import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import type { Modem } from '../commands/modem.ts'
import { ClientError } from './client-error.ts'
import { acquire, disconnectAndRelease, type SlotState, slotState, tolerated } from './connecting.ts'
import type { Device } from './device.ts'
import { type RecoveryAction, recoveryActions } from './recovery.ts'
import type { ClientSettings } from './settings.ts'
import { connectSecured } from './tls.ts'

export interface AttemptEvents {
  /** Once it is true, nothing more is done. */
  ended(): boolean
  warning(text: string): void
  /** From now on messages are this client's. */
  acquired(): void
}

/** Gets one of the module's clients connected; `own`: by whom it was acquired. */
export class Attempt {
  readonly #device: Device
  readonly #index: ClientIndex
  readonly #settings: ClientSettings
  readonly #events: AttemptEvents
  /** The module's client was acquired here, for these settings. Cleared when it may be another's. */
  #own: Modem | undefined

  constructor(device: Device, index: ClientIndex, settings: ClientSettings, events: AttemptEvents) {
    this.#device = device
    this.#index = index
    this.#settings = settings
    this.#events = events
  }

  /** Takes the rung's step, then connects. Resolves with the module when the client is connected. */
  async run(action: RecoveryAction): Promise<Modem> {
    if (isForWholeModule(action)) await this.#device.recover(action)
    this.#goOn()
    const { modem, state } = await this.#started()
    if (await this.#prepare(modem, state, action)) return modem
    const warn = (text: string) => this.#events.warning(text)
    await connectSecured(modem, this.#index, this.#settings, this.#device.contexts, warn)
    return modem
  }

  /** Whether the client is still connected, as the module says. */
  async isConnected(modem: Modem): Promise<boolean> {
    const state = await slotState(modem, this.#index)
    return state.kind === 'acquired' && state.clientId === this.#settings.clientId && state.connected
  }

  /** DISC and REL of what was acquired here. */
  async leave(modem: Modem, force: boolean): Promise<void> {
    if (this.#own !== modem) return
    this.#own = undefined
    await disconnectAndRelease(modem, this.#index, force)
  }

  /** Somebody on another line of the module may have stopped the service that was started here: it is started again. */
  async #started(): Promise<{ readonly modem: Modem; readonly state: SlotState }> {
    const modem = await this.#device.ready()
    this.#goOn()
    const state = await slotState(modem, this.#index)
    this.#goOn()
    if (state.kind !== 'stopped') return { modem, state }
    this.#device.serviceStopped()
    const restarted = await this.#device.ready()
    this.#goOn()
    return { modem: restarted, state: await slotState(restarted, this.#index) }
  }

  /** True: it is connected as it should be. What somebody else has left is cleared: its will and settings can't be read. */
  async #prepare(modem: Modem, state: SlotState, action: RecoveryAction): Promise<boolean> {
    this.#goOn()
    if (state.kind === 'stopped') throw new ClientError('notReady', 'The MQTT service of the module has stopped.')
    const own = state.kind === 'acquired' && this.#own === modem && state.clientId === this.#settings.clientId
    if (own && state.connected && action === 'query') return true
    if (own && action === 'query') return false
    if (own && action === 'disconnect') {
      await tolerated(modem.mqtt.disconnect({ clientIndex: this.#index, timeout: 0 }))
      return false
    }
    if (state.kind === 'acquired') await disconnectAndRelease(modem, this.#index, true)
    this.#goOn()
    await this.#acquire(modem)
    return false
  }

  async #acquire(modem: Modem): Promise<void> {
    this.#own = undefined
    await acquire(modem, this.#index, this.#settings)
    this.#own = modem
    this.#events.acquired()
    this.#goOn()
  }

  #goOn(): void {
    if (this.#events.ended()) throw new ClientError('ended', 'The client has ended.')
  }
}

const isForWholeModule = (action: RecoveryAction): boolean =>
  recoveryActions.indexOf(action) >= recoveryActions.indexOf('restart')
