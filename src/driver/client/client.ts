import { EventEmitter } from 'eventemitter3'
import type { ModuleIdentity, SignalQuality } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import type { Received } from '../protocol/answer.ts'
import {
  endArguments,
  optionsAnd,
  type PublishOptions,
  type SubscribeOptions,
  type SubscriptionMap,
  type Topics,
} from './arguments.ts'
import type { ClientError } from './client-error.ts'
import { ClientLifecycle } from './client-lifecycle.ts'
import type { ClientEvents, ClientParts, DoneCallback, PublishCallback, SubscribeCallback } from './client-types.ts'
import { FanOut } from './fan-out.ts'
import { isReconnecting } from './lifecycle-state.ts'
import type { ClientOptions } from './options.ts'
import { errorOfOutcome, type PublishOutcome } from './outcome.ts'
import { connack, messageOf, type PublishedPacket, type ReceivedMessage, type SubscriptionGrant } from './packets.ts'
import { Requests } from './requests.ts'
import { type ClientSettings, settingsOf } from './settings.ts'

/** MQTT.js's client, over a module. Every promise and callback settles; nothing here throws but for wrong arguments of `connect`. */
export class Client<P extends Uint8Array = Uint8Array> extends EventEmitter<ClientEvents<P>> {
  readonly #parts: ClientParts<P>
  readonly #settings: ClientSettings
  readonly #session: ClientLifecycle
  readonly #requests: Requests
  readonly #loops: FanOut<P>
  readonly #atEnd: DoneCallback[] = []
  #ended: Promise<void> | undefined

  constructor(parts: ClientParts<P>, options: ClientOptions) {
    super()
    this.#parts = parts
    this.#loops = new FanOut((warning) => this.#warn(warning))
    this.#settings = settingsOf(options, parts.device.options.random)
    const events = {
      connected: () => this.#tell('connect', connack),
      message: (received: Received) => this.#message(received),
      error: (error: Error) => this.#tell('error', error),
      warning: (warning: ClientError) => this.#warn(warning),
      offline: () => this.#tell('offline'),
      closed: (why?: Error) => this.#tell('close', why),
      reconnecting: () => this.#tell('reconnect'),
      gaveUp: () => this.#over(),
      end: () => this.endAsync(),
    }
    this.#session = new ClientLifecycle(parts.device, this.#settings, events, options.clientIndex)
    this.#requests = new Requests(this.#session, parts.device)
    // Whoever made it can still say what it listens to.
    void Promise.resolve().then(() => this.#session.start())
  }

  get connected(): boolean {
    return this.#session.connected
  }

  get reconnecting(): boolean {
    return isReconnecting(this.#session.state)
  }

  /** `end` was called, or it has given up. */
  get disconnected(): boolean {
    return this.#session.state.kind === 'ended'
  }

  get clientId(): string {
    return this.#settings.clientId
  }

  /** Which of the module's two clients it is. */
  get clientIndex(): 0 | 1 {
    return this.#session.index
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
      (packet) => this.#call(() => done?.(undefined, packet)),
      (error: Error) => this.#call(() => done?.(error)),
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
      (granted) => this.#call(() => done?.(null, granted)),
      (error: Error) => this.#call(() => done?.(error)),
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
      () => this.#call(() => done?.()),
      (error: Error) => this.#call(() => done?.(error)),
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
    await this.#session.finish(force)
    await this.#over()
    if (!wasOver) this.#tell('close', undefined)
    this.#tell('end')
    for (const done of this.#atEnd.splice(0)) this.#call(() => done())
  }

  /** As with MQTT.js: right behind the event. */
  #whenEnded(done: DoneCallback): void {
    if (this.#ended) void this.#ended.then(() => this.#call(() => done()))
    else this.#atEnd.push(done)
  }

  async #over(): Promise<void> {
    this.#loops.end()
    if (this.#parts.ownsDevice) await this.#parts.device.shut()
  }

  #message({ topic, payload }: Received): void {
    const message = messageOf(topic, this.#parts.payloadOf(payload))
    this.#tell('message', message.topic, message.payload, message.packet)
    this.#loops.put(message)
  }

  #warn(warning: ClientError): void {
    if (this.listenerCount('warning') > 0) this.#tell('warning', warning)
    else this.#parts.warn?.(warning.message)
  }

  #tell<E extends keyof ClientEvents<P>>(event: E, ...args: ClientEvents<P>[E]): void {
    this.#call(() => void this.emit(event, ...(args as Parameters<EventEmitter.EventListener<ClientEvents<P>, E>>)))
  }

  /** What a listener throws is its own: it ends nothing here, and is thrown where nobody waits. */
  #call(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      this.#parts.device.options.clock.after(0, () => {
        throw thrown
      })
    }
  }
}
