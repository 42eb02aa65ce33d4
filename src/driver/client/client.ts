import { EventEmitter } from 'eventemitter3'
import type { Received } from '../chat/answer.ts'
import type { Identity, Signal } from '../modem/identity.ts'
import type { Modem } from '../modem/modem.ts'
import {
  endArguments,
  optionsAnd,
  type PublishOptions,
  publishRequest,
  type SubscribeOptions,
  type SubscriptionMap,
  subscriptions,
  type Topics,
  topicList,
  type Wanted,
} from './arguments.ts'
import { type ClientError, errorOf } from './client-error.ts'
import type { Device } from './device.ts'
import { Inbox } from './inbox.ts'
import { checkSize, tooLong } from './operations.ts'
import type { ClientOptions } from './options.ts'
import { errorOfOutcome, type PublishOutcome } from './outcome.ts'
import {
  type ConnackPacket,
  connack,
  type Message,
  type MessagePacket,
  messageOf,
  type PublishedPacket,
  type SubscriptionGrant,
} from './packets.ts'
import { Session } from './session.ts'
import { isReconnecting } from './session-state.ts'
import { type Settings, settingsOf } from './settings.ts'
import { checkTopic } from './topics.ts'

export interface ClientEvents<P extends Uint8Array> {
  connect: [packet: ConnackPacket]
  message: [topic: string, payload: P, packet: MessagePacket<P>]
  reconnect: []
  /** `why`: it was not `end`. */
  close: [why: Error | undefined]
  offline: []
  error: [error: Error]
  /** It goes on, but less well than it should: `unverified`, `damaged`, `dropped`. */
  warning: [warning: ClientError]
  end: []
}

/** What differs between Node and browsers. */
export interface ClientParts<P extends Uint8Array> {
  readonly device: Device
  /** Ends with this client. */
  readonly ownsDevice: boolean
  readonly payloadOf: (bytes: Uint8Array) => P
  /** Where warnings go that nobody listens to. */
  readonly warn: (text: string) => void
}

export type PublishCallback = (error?: Error, packet?: PublishedPacket) => void
export type SubscribeCallback = (error: Error | null, granted?: readonly SubscriptionGrant[]) => void
export type DoneCallback = (error?: Error) => void

/** The longest payload of any family, for as long as the module is not known. */
const longestPayload = 10_240

/** MQTT.js's client, over a module. Every promise and callback settles; nothing here throws but for wrong arguments of `connect`. */
export class Client<P extends Uint8Array = Uint8Array> extends EventEmitter<ClientEvents<P>> {
  readonly #parts: ClientParts<P>
  readonly #settings: Settings
  readonly #session: Session
  readonly #inboxes = new Set<Inbox<Message<P>>>()
  readonly #atEnd: DoneCallback[] = []
  #ended: Promise<void> | undefined

  constructor(parts: ClientParts<P>, options: ClientOptions) {
    super()
    this.#parts = parts
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
    this.#session = new Session(parts.device, this.#settings, events, options.clientIndex)
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

  info(): Promise<Identity> {
    return this.#parts.device.info()
  }

  signal(): Promise<Signal> {
    return this.#parts.device.signal()
  }

  publish(topic: string, message: string | Uint8Array, callback?: PublishCallback): this
  publish(topic: string, message: string | Uint8Array, options?: PublishOptions, callback?: PublishCallback): this
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
    return new Promise((resolve) => {
      const fail = (error: Error) => resolve({ kind: 'failed', error })
      try {
        const request = publishRequest(topic, message, options)
        this.#checkSize(request.payload.length)
        this.#session.add({ kind: 'publish', ...request, attempts: 0, uncertain: undefined, settle: resolve, fail })
      } catch (thrown) {
        fail(errorOf(thrown))
      }
    })
  }

  subscribe(topics: Topics | SubscriptionMap, callback?: SubscribeCallback): this
  subscribe(topics: Topics | SubscriptionMap, options?: SubscribeOptions, callback?: SubscribeCallback): this
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
  async subscribeAsync(
    topics: Topics | SubscriptionMap,
    options?: SubscribeOptions,
  ): Promise<readonly SubscriptionGrant[]> {
    const wanted = subscriptions(topics, options).filter(({ topic, qos }) => !this.#session.subscribedTo(topic, qos))
    await allOrFirstError(wanted.map((each) => this.#subscribe(each)))
    return wanted
  }

  unsubscribe(topics: Topics, callback?: DoneCallback): this
  unsubscribe(topics: Topics, options?: object, callback?: DoneCallback): this
  unsubscribe(topics: Topics, options?: object | DoneCallback, callback?: DoneCallback): this {
    const [, done] = optionsAnd<object, DoneCallback>(options, callback)
    this.unsubscribeAsync(topics).then(
      () => this.#call(() => done?.()),
      (error: Error) => this.#call(() => done?.(error)),
    )
    return this
  }

  async unsubscribeAsync(topics: Topics, _options?: object): Promise<void> {
    const list = topicList(topics)
    for (const topic of list) checkTopic(topic, 'filter')
    await allOrFirstError(list.map((topic) => this.#unsubscribe(topic)))
  }

  /** DISC, REL, and STOP when no other client is left. `force`: what waits is not sent before. */
  end(callback?: DoneCallback): this
  end(force?: boolean, callback?: DoneCallback): this
  end(force?: boolean, options?: object, callback?: DoneCallback): this
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
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<P>> {
    const inbox = new Inbox<Message<P>>((gone) => void this.#inboxes.delete(gone))
    if (this.disconnected) inbox.end()
    else this.#inboxes.add(inbox)
    return inbox
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
    for (const inbox of [...this.#inboxes]) inbox.end()
    if (this.#parts.ownsDevice) await this.#parts.device.shut()
  }

  #checkSize(bytes: number): void {
    const modem = this.#parts.device.openModem
    if (modem && this.connected) checkSize(modem, bytes)
    else if (bytes > longestPayload) throw tooLong(bytes, longestPayload)
  }

  #subscribe({ topic, qos }: Wanted): Promise<void> {
    return new Promise((done, fail) => {
      this.#session.add({ kind: 'subscribe', again: false, topic, qos, attempts: 0, done, fail })
    })
  }

  #unsubscribe(topic: string): Promise<void> {
    return new Promise((done, fail) => {
      this.#session.add({ kind: 'unsubscribe', topic, attempts: 0, done, fail })
    })
  }

  #message({ topic, payload }: Received): void {
    const message = messageOf(topic, this.#parts.payloadOf(payload))
    this.#tell('message', message.topic, message.payload, message.packet)
    for (const inbox of this.#inboxes)
      try {
        inbox.put(message)
      } catch (thrown) {
        this.#warn(thrown as ClientError)
      }
  }

  #warn(warning: ClientError): void {
    if (this.listenerCount('warning') > 0) this.#tell('warning', warning)
    else this.#parts.warn(warning.message)
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

async function allOrFirstError(all: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(all)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
