import type { ModuleIdentity, SignalQuality } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import type { Received } from '../protocol/answer.ts'
import { ClientLifecycle } from './client-lifecycle.ts'
import type { Device } from './device.ts'
import { PlatformEmitter } from './emitter.ts'
import { ClientError } from './errors.ts'
import { isReconnecting } from './lifecycle-state.ts'
import type { ClientOptions } from './options/options.ts'
import { type ClientSettings, settingsOf } from './options/settings.ts'
import type { PublishOutcome } from './outbox.ts'
import type { ClientEvents, DoneCallback, PublishCallback, SubscribeCallback } from './packets.ts'
import { connack, messageOf, type PublishedPacket, type ReceivedMessage, type SubscriptionGrant } from './packets.ts'
import { errorOfOutcome } from './publish.ts'
import { FanOut } from './received-messages.ts'
import { type PublishOptions, Requests, type SubscribeOptions, type SubscriptionMap, type Topics } from './requests.ts'
import { Teller } from './teller.ts'

/** What differs between Node and browsers. */
export interface ClientParts<P extends Uint8Array> {
  readonly device: Device
  /** Ends with this client. */
  readonly ownsDevice: boolean
  readonly payloadOf: (bytes: Uint8Array) => P
  /** Where errors and warnings go while there is no listener for them. */
  readonly unheard?: (text: string) => void
}

/** MQTT.js's client, over a module. Every promise and callback settles; only the constructor throws, for options that are not allowed. */
export class Client<P extends Uint8Array = Uint8Array> extends PlatformEmitter<ClientEvents<P>> {
  readonly #parts: ClientParts<P>
  readonly #teller: Teller<P>
  readonly #settings: ClientSettings
  readonly #lifecycle: ClientLifecycle
  readonly #requests: Requests
  readonly #loops: FanOut<P>
  readonly #atEnd: DoneCallback[] = []
  #ended: Promise<void> | undefined

  constructor(parts: ClientParts<P>, options: ClientOptions) {
    super()
    checkParts(parts)
    this.#parts = parts
    const teller = new Teller<P>(this, parts.device.options.clock, parts.unheard)
    this.#teller = teller
    this.#loops = new FanOut((warning) => teller.warn(warning))
    this.#settings = settingsOf(options, parts.device.options.random)
    const events = {
      connected: () => teller.tell('connect', connack),
      message: (received: Received) => this.#message(received),
      error: (error: Error) => teller.error(error),
      warning: (warning: ClientError) => teller.warn(warning),
      offline: () => teller.tell('offline'),
      closed: (why?: Error) => teller.tell('close', why),
      reconnecting: () => teller.tell('reconnect'),
      gaveUp: () => this.#over(),
      end: () => this.endAsync(),
    }
    this.#lifecycle = new ClientLifecycle(parts.device, this.#settings, events, options.clientIndex)
    this.#requests = new Requests(this.#lifecycle, parts.device)
    // The caller adds listeners first.
    void Promise.resolve().then(() => this.#lifecycle.start())
  }

  get connected(): boolean {
    return this.#lifecycle.connected
  }

  get reconnecting(): boolean {
    return isReconnecting(this.#lifecycle.state)
  }

  /** `end` was called, or it has given up. */
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
    message: string | Uint8Array,
    options?: PublishOptions | PublishCallback,
    callback?: PublishCallback,
  ): this {
    const [given, done] = optionsAnd<PublishOptions, PublishCallback>(options, callback)
    this.publishAsync(topic, message, given).then(
      (packet) => this.#teller.call(() => done?.(undefined, packet)),
      (error: Error) => this.#teller.call(() => done?.(error)),
    )
    return this
  }

  /** Resolves as MQTT.js does, with the packet of QoS 1 and 2. Rejects with what kept it from being published, or with an `UnknownOutcomeError`. */
  async publishAsync(
    topic: string,
    message: string | Uint8Array,
    options?: PublishOptions,
  ): Promise<PublishedPacket | undefined> {
    const error = errorOfOutcome(await this.publishOutcome(topic, message, options))
    if (error) throw error
    const { qos = 0, retain = false, dup = false } = options ?? {}
    return qos === 0 ? undefined : { cmd: 'publish', topic, payload: message, qos, retain, dup, messageId: undefined }
  }

  /** Never rejects: how it ended is the result. */
  publishOutcome(topic: string, message: string | Uint8Array, options?: PublishOptions): Promise<PublishOutcome> {
    return this.#requests.publish(topic, message, options)
  }

  subscribe(
    topics: Topics | SubscriptionMap,
    options?: SubscribeOptions | SubscribeCallback,
    callback?: SubscribeCallback,
  ): this {
    const [given, done] = optionsAnd<SubscribeOptions, SubscribeCallback>(options, callback)
    this.subscribeAsync(topics, given).then(
      (granted) => this.#teller.call(() => done?.(null, granted)),
      (error: Error) => this.#teller.call(() => done?.(error)),
    )
    return this
  }

  /** Resolves when the server has acknowledged each; the QoS is the one that was asked for. What is subscribed to already is left out. */
  subscribeAsync(topics: Topics | SubscriptionMap, options?: SubscribeOptions): Promise<readonly SubscriptionGrant[]> {
    return this.#requests.subscribe(topics, options)
  }

  unsubscribe(topics: Topics, options?: object | DoneCallback, callback?: DoneCallback): this {
    const [, done] = optionsAnd<object, DoneCallback>(options, callback)
    this.unsubscribeAsync(topics).then(
      () => this.#teller.call(() => done?.()),
      (error: Error) => this.#teller.call(() => done?.(error)),
    )
    return this
  }

  unsubscribeAsync(topics: Topics, _options?: object): Promise<void> {
    return this.#requests.unsubscribe(topics)
  }

  /** DISC, REL, and STOP when no other client is left. `force`: what waits is not sent before. */
  end(force?: boolean | DoneCallback, options?: object | DoneCallback, callback?: DoneCallback): this {
    const [forced, done] = endArguments(force, options, callback)
    if (done) this.#whenEnded(done)
    void this.endAsync(forced)
    return this
  }

  /** Never rejects, and is bounded. */
  endAsync(force?: boolean, _options?: object): Promise<void> {
    this.#ended ??= this.#end(force === true)
    return this.#ended
  }

  /** Messages from now on, until the client ends. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ReceivedMessage<P>> {
    return this.#loops.open()
  }

  async #end(force: boolean): Promise<void> {
    const wasOver = this.disconnected
    await this.#lifecycle.finish(force)
    await this.#over()
    if (!wasOver) this.#teller.tell('close', undefined)
    this.#teller.tell('end')
    for (const done of this.#atEnd.splice(0)) this.#teller.call(() => done())
  }

  /** As with MQTT.js: right behind the event. */
  #whenEnded(done: DoneCallback): void {
    if (this.#ended) void this.#ended.then(() => this.#teller.call(() => done()))
    else this.#atEnd.push(done)
  }

  async #over(): Promise<void> {
    this.#loops.end()
    if (this.#parts.ownsDevice) await this.#parts.device.shut()
  }

  #message({ topic, payload }: Received): void {
    const message = messageOf(topic, this.#parts.payloadOf(payload))
    this.#teller.tell('message', message.topic, message.payload, message.packet)
    this.#loops.put(message)
  }
}

function checkParts(parts: unknown): void {
  if (typeof parts !== 'object' || parts === null || !('device' in parts))
    throw new ClientError(
      'unsupported',
      'A client is made by connect(url, options) alone: its constructor takes no stream, as the MQTT is spoken by the module.',
    )
}

/** MQTT.js takes a callback in place of options. */
function optionsAnd<O, C>(options: O | C | undefined, callback: C | undefined): [O | undefined, C | undefined] {
  return typeof options === 'function' ? [undefined, options as C] : [options as O | undefined, callback]
}

function endArguments<C>(force: unknown, options: unknown, callback: C | undefined): [boolean, C | undefined] {
  const found = [force, options, callback].find((argument) => typeof argument === 'function')
  return [force === true, found as C | undefined]
}
