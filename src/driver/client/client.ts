import type { ModuleIdentity, SignalQuality } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import type { Received } from '../protocol/answer.ts'
import { ClientLifecycle } from './client-lifecycle.ts'
import { ClientRuns } from './client-runs.ts'
import type { Device } from './device.ts'
import { ClientError } from './errors.ts'
import { isReconnecting } from './lifecycle-state.ts'
import { clientOptions } from './options/known-options.ts'
import type { ClientOptions } from './options/options.ts'
import { type ClientSettings, checkOptionNames, settingsOf } from './options/settings.ts'
import { type ShownOptions, shownOptions } from './options/shown-options.ts'
import { unsupportedOf } from './options/unsupported.ts'
import type { PublishOutcome } from './outbox.ts'
import type {
  ClientEvents,
  DoneCallback,
  PublishCallback,
  PublishedPacket,
  SubscribeCallback,
  UnsubscribeCallback,
} from './packets.ts'
import { connack, messageOf, type ReceivedMessage, type SubscriptionGrant } from './packets.ts'
import { errorOfOutcome } from './publish.ts'
import { FanOut } from './received-messages.ts'
import {
  type Payload,
  type PublishOptions,
  Requests,
  type SubscribeOptions,
  type SubscriptionMap,
  type Topics,
} from './requests.ts'
import { endArguments, optionsAnd } from './shape/callbacks.ts'
import { RefusedNames } from './shape/refused-names.ts'
import { Teller } from './shape/teller.ts'

/** What differs between Node and browsers. */
export interface ClientParts<P extends Uint8Array> {
  readonly device: Device
  /** Ends with this client. */
  readonly ownsDevice: boolean
  readonly payloadOf: (bytes: Uint8Array) => P
  /** Where errors and warnings go while there is no listener for them. */
  readonly unheard?: (text: string) => void
  /** Of the port of the module, where it is known before that is opened. */
  readonly address?: string | undefined
  /** Names that may stand in the options; those of a client. */
  readonly optionNames?: readonly string[]
}

/** MQTT.js's client, over a module. Every promise and callback settles; only the constructor throws, for options that are not allowed. */
export class Client<P extends Uint8Array = Uint8Array> extends RefusedNames<ClientEvents<P>> {
  /** MQTT.js's options, with defaults, frozen and without secrets. */
  readonly options: ShownOptions
  readonly #parts: ClientParts<P>
  readonly #teller: Teller<P>
  readonly #settings: ClientSettings
  readonly #lifecycle: ClientLifecycle
  readonly #requests: Requests
  readonly #runs: ClientRuns<P>
  #loops: FanOut<P>

  constructor(parts: ClientParts<P>, options: ClientOptions) {
    super()
    checkParts(parts)
    this.#parts = parts
    const teller = new Teller<P>(this, parts.device.options.clock, parts.unheard)
    const unsupported = unsupportedOf(options, (warning) => teller.warn(warning))
    this.#teller = teller
    this.#loops = new FanOut((warning) => teller.warn(warning))
    checkOptionNames(options, parts.optionNames ?? clientOptions, unsupported)
    const { random } = parts.device.options
    this.#settings = settingsOf(options, { random, address: parts.address }, unsupported)
    this.options = shownOptions(options, this.#settings)
    const events = {
      connected: () => teller.tell('connect', connack),
      message: (received: Received) => this.#message(received),
      error: (error: Error) => teller.error(error),
      warning: (warning: ClientError) => teller.warn(warning),
      offline: () => teller.tell('offline'),
      closed: (why?: Error) => teller.tell('close', why),
      reconnecting: () => teller.tell('reconnect'),
      gaveUp: () => this.#runs.gaveUp(),
      end: () => this.endAsync(),
    }
    this.#lifecycle = new ClientLifecycle(parts.device, this.#settings, events, options.clientIndex)
    this.#requests = new Requests(this.#lifecycle, parts.device, unsupported)
    this.#runs = new ClientRuns({
      ...{ lifecycle: this.#lifecycle, teller },
      giveBack: () => this.#giveBack(),
      takeAgain: () => this.#takeAgain(),
    })
    // The caller adds listeners first.
    void Promise.resolve().then(() => {
      teller.begin()
      this.#lifecycle.start()
    })
  }

  get connected(): boolean {
    return this.#lifecycle.connected
  }

  get reconnecting(): boolean {
    return isReconnecting(this.#lifecycle.state)
  }

  /** `end` was called. */
  get disconnecting(): boolean {
    return this.#runs.ending
  }

  /** `end` is done, or it has given up. */
  get disconnected(): boolean {
    return this.#lifecycle.state.kind === 'ended'
  }

  get clientId(): string {
    return this.#settings.clientId
  }

  /** Which of the module's two clients it is. */
  get clientIndex(): 0 | 1 | undefined {
    return this.#lifecycle.index
  }

  /** s. */
  get keepalive(): number {
    return this.#settings.keepalive
  }

  get queueQoSZero(): boolean {
    return this.#settings.queueQoSZero
  }

  /** What waits: publishes, subscribes and unsubscribes. */
  get queue(): { readonly length: number } {
    return { length: this.#lifecycle.waiting }
  }

  /** The module's own commands, which take turns with MQTT. Throws while the port is not open. */
  get modem(): Modem {
    return this.#parts.device.modem
  }

  info(): Promise<ModuleIdentity> {
    return this.#parts.device.info()
  }

  signal(): Promise<SignalQuality> {
    return this.#parts.device.signal()
  }

  publish(
    topic: string,
    message: Payload,
    options?: PublishOptions | PublishCallback<P> | null,
    callback?: PublishCallback<P> | null,
  ): this {
    const [given, done] = optionsAnd<PublishOptions, PublishCallback<P>>(options, callback)
    return this.#callBack('publish', this.publishAsync(topic, message, given), done as Callback<PublishedPacket<P>>)
  }

  /** Resolves as MQTT.js does, with the packet of QoS 1 and 2. Rejects with what kept it from being published, or with an `UnknownOutcomeError`. */
  async publishAsync(
    topic: string,
    message: Payload,
    options?: PublishOptions | null,
  ): Promise<PublishedPacket<P> | undefined> {
    const error = errorOfOutcome(await this.publishOutcome(topic, message, options))
    if (error) throw error
    const { qos = 0, retain = false, dup = false } = options ?? {}
    const payload = typeof message === 'string' ? message : this.#parts.payloadOf(message ?? new Uint8Array())
    return qos === 0 ? undefined : { cmd: 'publish', topic, payload, qos, retain, dup, messageId: undefined }
  }

  /** Never rejects: how it ended is the result. */
  publishOutcome(topic: string, message: Payload, options?: PublishOptions | null): Promise<PublishOutcome> {
    return this.#requests.publish(topic, message, options ?? undefined)
  }

  subscribe(
    topics: Topics | SubscriptionMap,
    options?: SubscribeOptions | SubscribeCallback | null,
    callback?: SubscribeCallback | null,
  ): this {
    const [given, done] = optionsAnd<SubscribeOptions, SubscribeCallback>(options, callback)
    const told: Callback<SubscriptionGrant[]> | undefined =
      done &&
      ((error, granted) => done(error, granted, granted && { cmd: 'suback', granted: granted.map(({ qos }) => qos) }))
    return this.#callBack('subscribe', this.subscribeAsync(topics, given), told)
  }

  /** Resolves when the server has acknowledged each; the QoS is the one that was asked for. What is subscribed to already is left out. */
  subscribeAsync(topics: Topics | SubscriptionMap, options?: SubscribeOptions | null): Promise<SubscriptionGrant[]> {
    return this.#requests.subscribe(topics, options ?? undefined)
  }

  unsubscribe(
    topics: Topics,
    options?: object | UnsubscribeCallback | null,
    callback?: UnsubscribeCallback | null,
  ): this {
    const [given, done] = optionsAnd<object, UnsubscribeCallback>(options, callback)
    return this.#callBack('unsubscribe', this.unsubscribeAsync(topics, given), done as Callback<{ cmd: 'unsuback' }>)
  }

  async unsubscribeAsync(topics: Topics, options?: object | null): Promise<{ cmd: 'unsuback' }> {
    await this.#requests.unsubscribe(topics, options ?? undefined)
    return { cmd: 'unsuback' }
  }

  /** DISC, REL, and STOP when no other client is left. `force`: what waits is not sent before. */
  end(
    force?: boolean | object | DoneCallback | null,
    options?: object | DoneCallback | null,
    callback?: DoneCallback | null,
  ): this {
    const [forced, done] = endArguments<DoneCallback>(force, options, callback)
    if (done) this.#runs.whenEnded(done)
    void this.#runs.end(forced)
    return this
  }

  /** Never rejects, and is bounded. */
  endAsync(force?: boolean | object | null, _options?: object | null): Promise<void> {
    return this.#runs.end(force === true)
  }

  /** While it waits for the next attempt, that is made now. A connection is ended, and it begins again; so it does after `end`. */
  reconnect(_stores?: object | null): this {
    this.#runs.reconnect()
    return this
  }

  /** Messages from now on, until the client ends. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ReceivedMessage<P>> {
    return this.#loops.open()
  }

  protected override warnOf(warning: ClientError): void {
    this.#teller.warn(warning)
  }

  async #giveBack(): Promise<void> {
    this.#loops.end()
    if (this.#parts.ownsDevice) await this.#parts.device.shut()
  }

  #takeAgain(): void {
    this.#loops = new FanOut((warning) => this.#teller.warn(warning))
    if (this.#parts.ownsDevice) this.#parts.device.reopen()
  }

  #message({ topic, payload }: Received): void {
    const message = messageOf(topic, this.#parts.payloadOf(payload))
    this.#teller.tell('message', message.topic, message.payload, message.packet)
    this.#loops.put(message)
  }

  #callBack<T>(call: string, settled: Promise<T>, done: Callback<NonNullable<T>> | undefined): this {
    const { ending } = this.#runs
    settled.then(
      (result) => this.#teller.call(() => done?.(null, result ?? undefined)),
      (error: Error) => {
        if (done) this.#teller.call(() => done(error))
        else if (ending || !this.#runs.dropping) this.#teller.warn(unheard(call, error))
      },
    )
    return this
  }
}

type Callback<T> = (error: Error | null, result?: T) => void

const unheard = (call: string, error: Error): ClientError =>
  new ClientError(error instanceof ClientError ? error.code : 'unheard', `${call}: ${error.message}`, error)

function checkParts(parts: unknown): void {
  if (typeof parts !== 'object' || parts === null || !('device' in parts))
    throw new ClientError(
      'unsupported',
      'A client is made by connect(url, options) alone: its constructor takes no stream, as the MQTT is spoken by the module.',
    )
}
