import type { Random } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import type { Qos } from '../../mqtt/public.ts'
import type { ModuleGroup } from '../scenario/scenario.ts'
import { type AtAnswer, AtDialogue, type AtExchange, type LeanLineEvents } from './at-dialogue.ts'
import type { FleetHost, FleetMessage, HostEvents } from './host.ts'
import { connectLine, leaveStep, publishSteps, setupSteps, subscribeStep } from './lean-commands.ts'
import { reconnectWait } from './reconnect-wait.ts'
import type { Scheduled, Timetable } from './timetable.ts'

/** What a lean host is told once. */
export interface LeanSettings {
  readonly group: ModuleGroup
  readonly clientId: string
  /** `tcp://host:port` */
  readonly server: string
  readonly schedule: Timetable
  readonly random: Random
  readonly events: HostEvents
}

/** As in the driver. */
const mostAttempts = 5
/** A host that gets no answer asks again. */
const askAgainMs = 1000
/** For `none`: the same attempt at once, again and again, would keep the processor from everything else. */
const shortestWaitMs = 20

/** A small firmware: connects, subscribes, publishes, connects again. Everything goes through the AT line. */
export class LeanHost implements FleetHost, LeanLineEvents {
  readonly #settings: LeanSettings
  readonly #at: AtDialogue
  #clientId: string
  #wanted = false
  #isUp = false
  #busy = false
  #hasPower = true
  /** The service is started and the client acquired. */
  #isSetUp = false
  /** Since its power came nothing was set up: there is nothing to release. */
  #isFresh = true
  #failures = 0
  #retry: Scheduled | undefined
  #queue: FleetMessage[] | undefined
  #publishing: FleetMessage | undefined
  #subscriptions: { readonly topic: string; readonly qos: Qos }[] | undefined

  constructor(stream: ByteStream, settings: LeanSettings) {
    this.#settings = settings
    this.#clientId = settings.clientId
    this.#at = new AtDialogue(stream, this)
  }

  connect(intendedAt: number): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#failures = 0
    void this.#attempt(intendedAt)
  }

  disconnect(): void {
    this.#wanted = false
    this.#settings.schedule.cancel(this.#retry)
    this.#retry = undefined
    if (!this.#isUp) return
    this.#isUp = false
    this.#settings.events.left()
    this.#at.ask(leaveStep, unheard)
  }

  subscribe(topic: string, qos: Qos): void {
    this.#subscriptions ??= []
    this.#subscriptions.push({ topic, qos })
    if (this.#isUp) this.#at.ask(subscribeStep(topic, qos), unheard)
  }

  publish(message: FleetMessage): void {
    this.#queue ??= []
    this.#queue.push(message)
    this.#drain()
  }

  pending(): number {
    return (this.#queue?.length ?? 0) + (this.#publishing ? 1 : 0)
  }

  rename(clientId: string): void {
    this.#clientId = clientId
    this.#isSetUp = false
  }

  powerLost(): void {
    this.#hasPower = this.#isSetUp = false
    this.#isFresh = true
    this.#settings.schedule.cancel(this.#retry)
    this.#at.reset()
    if (this.#isUp) this.#lost('power')
  }

  powered(): void {
    this.#hasPower = true
    if (this.#wanted) this.#again(0)
  }

  close(): void {
    this.#wanted = false
    this.#at.reset()
  }

  urc(line: string): void {
    const [, cause] = /^\+CMQTTCONNLOST: 0,(\d+)/.exec(line) ?? []
    if (cause !== undefined && this.#isUp) this.#lost(`CONNLOST ${cause}`)
    if (line === '+CMQTTNONET') this.#isSetUp = false
  }

  received(payload: string): void {
    this.#settings.events.received(payload)
  }

  async #attempt(intendedAt: number): Promise<void> {
    if (this.#busy || this.#isUp || !this.#wanted || !this.#hasPower) return
    this.#busy = true
    this.#settings.events.attempted(intendedAt)
    const failure = await this.#connected()
    this.#busy = false
    if (failure === undefined) return this.#connectedNow()
    if (this.#hasPower) this.#settings.events.refused(failure)
    this.#goOn()
  }

  /** Why not; undefined: it is connected. */
  async #connected(): Promise<string | undefined> {
    const failure = this.#isSetUp ? undefined : await this.#setUp()
    if (failure !== undefined) return failure
    const { code } = await this.#send({ line: connectLine(this.#settings), deferred: true })
    if (code === -1) this.#isSetUp = false
    return code === 0 ? undefined : `err ${code}`
  }

  async #setUp(): Promise<string | undefined> {
    await this.#registered()
    const steps = setupSteps(this.#settings, this.#clientId, this.#isFresh)
    this.#isFresh = false
    for (const step of steps) {
      const { code } = await this.#send(step)
      if (code !== 0 && !step.mayFail) return `${/^AT(\+\w+)/.exec(step.line)![1]} err ${code}`
    }
    this.#isSetUp = true
    return undefined
  }

  /** Asks until the module answers and is registered. */
  async #registered(): Promise<void> {
    while (this.#wanted && this.#hasPower) {
      const again = this.#settings.schedule.after(askAgainMs, () => this.#at.reset())
      const echo = await this.#send({ line: 'ATE0' })
      const { rows } = echo.code === 0 ? await this.#send({ line: 'AT+CEREG?' }) : echo
      this.#settings.schedule.cancel(again)
      if (/,[15]\b/.test(rows[0] ?? '')) return
      if (echo.code === 0 && this.#hasPower) await this.#pause(askAgainMs)
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#settings.schedule.after(ms, resolve))
  }

  #send(exchange: AtExchange): Promise<AtAnswer> {
    return new Promise((done) => this.#ask(exchange, done))
  }

  #ask(exchange: AtExchange, done: (answer: AtAnswer) => void): void {
    if (this.#hasPower) this.#at.ask(exchange, done)
    else done({ code: -2, rows: [] })
  }

  #connectedNow(): void {
    this.#failures = 0
    if (!this.#wanted) return this.#at.ask(leaveStep, unheard)
    this.#isUp = true
    this.#settings.events.up()
    for (const { topic, qos } of this.#subscriptions ?? []) this.#at.ask(subscribeStep(topic, qos), unheard)
    this.#drain()
  }

  #lost(cause: string): void {
    this.#isUp = false
    this.#settings.events.lost(cause)
    this.#goOn()
  }

  /** The next attempt, as the group's shape says. */
  #goOn(): void {
    const { group, random } = this.#settings
    if (!this.#wanted || !this.#hasPower) return
    const wait = reconnectWait(group.reconnect, ++this.#failures, random)
    if (wait !== undefined) this.#again(Math.max(shortestWaitMs, wait))
  }

  #again(ms: number): void {
    const { schedule } = this.#settings
    schedule.cancel(this.#retry)
    const at = schedule.now() + ms
    this.#retry = schedule.at(at, () => void this.#attempt(at))
  }

  /** One message after the other: a module has one under way. */
  #drain(): void {
    if (!this.#isUp || this.#publishing || this.#queue === undefined) return
    const message = this.#queue.shift()!
    if (this.#queue.length === 0) this.#queue = undefined
    this.#publishing = message
    this.#type(message, publishSteps(message), 0)
  }

  /** Its commands from the step `at` on. */
  #type(message: FleetMessage, steps: readonly AtExchange[], at: number): void {
    const isLast = at === steps.length - 1
    if (isLast && message.attempts++ === 0) this.#settings.events.sent(message)
    this.#ask(steps[at]!, ({ code }) => {
      if (code === 0 && !isLast) return this.#type(message, steps, at + 1)
      this.#publishing = undefined
      this.#settle(message, code)
      // Behind this call: a queue of messages of QoS 0 would otherwise be as deep as it is long.
      if (this.#queue !== undefined) void Promise.resolve().then(() => this.#drain())
    })
  }

  /** What is not acknowledged is sent again behind the next connection, but for QoS 0. */
  #settle(message: FleetMessage, code: number): void {
    const { events } = this.#settings
    if (code === 0) return events.acked(message)
    if (message.qos === 0 || message.attempts >= mostAttempts) return events.failed(message, `err ${code}`)
    this.#queue ??= []
    this.#queue.unshift(message)
  }
}

function unheard(): void {}
