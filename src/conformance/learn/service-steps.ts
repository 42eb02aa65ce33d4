import { type Interview, type LineExchange, Unanswered } from './interview.ts'
import type { Permissions } from './permissions.ts'
import type { QuestionState } from './question.ts'

/** Brings the MQTT service into the states in which questions are asked. */
export class ServiceSteps {
  readonly #interview: Interview
  readonly #permissions: Permissions
  readonly #stop: () => Promise<void>
  #state: QuestionState | 'unknown' = 'unknown'
  readonly #unreached = new Map<QuestionState, { readonly tries: number; readonly reason: string }>()
  readonly #entered = new Map<QuestionState, readonly LineExchange[]>()

  /** `stop` stops the service, whatever state it is in. */
  constructor(interview: Interview, permissions: Permissions, stop: () => Promise<void>) {
    this.#interview = interview
    this.#permissions = permissions
    this.#stop = stop
  }

  /** Somebody else has changed it. */
  isNow(state: QuestionState | 'unknown'): void {
    this.#state = state
  }

  /** What was sent and said on the way into a state. */
  setUp(state: QuestionState): readonly LineExchange[] {
    return state === 'any' ? [] : steps[state].flatMap((step) => this.#entered.get(step) ?? [])
  }

  /** Rejects with an `Unanswered`. */
  start(): Promise<void> {
    return this.#expect('AT+CMQTTSTART')
  }

  /** Brings the service into a state by the shortest way. Rejects with an `Unanswered`. */
  async bring(wanted: QuestionState): Promise<void> {
    if (wanted === 'any' || wanted === this.#state) return
    const state = this.#state
    const from = state === 'unknown' ? -1 : steps[wanted].indexOf(state)
    const todo = from < 0 ? steps[wanted] : steps[wanted].slice(from + 1)
    for (const step of todo) await this.#enterOnce(step)
  }

  /** A state that could not be reached twice is not tried again: each time might take minutes. */
  async #enterOnce(state: QuestionState): Promise<void> {
    const before = this.#unreached.get(state)
    if (before && before.tries >= 2) throw new Unanswered(before.reason)
    try {
      await this.#enter(state)
      this.#unreached.delete(state)
    } catch (error) {
      if (error instanceof Unanswered)
        this.#unreached.set(state, { tries: (before?.tries ?? 0) + 1, reason: error.message })
      throw error
    }
  }

  async #enter(state: QuestionState): Promise<void> {
    this.#state = 'unknown'
    this.#interview.takeExchanges()
    switch (state) {
      case 'stopped':
        await this.#stop()
        break
      case 'started':
        await this.start()
        break
      case 'acquired':
        await this.#expect('AT+CMQTTACCQ=0,"atmqtt-learn"')
        break
      case 'acquiredTls':
        await this.#expect('AT+CMQTTACCQ=0,"atmqtt-learn",1')
        break
      case 'connected':
        await this.#expect(`AT+CMQTTCONNECT=0,"tcp://${this.#permissions.broker}",60,1`, 90_000)
        this.#interview.reachesBroker = true
    }
    this.#entered.set(state, this.#interview.takeExchanges())
    this.#state = state
  }

  /** Rejects with an `Unanswered` when a command that others need fails. */
  async #expect(command: string, limitMs?: number): Promise<void> {
    const isDeferred = !command.startsWith('AT+CMQTTACCQ')
    const { final, code } = await (isDeferred ? this.#interview.result(command, limitMs) : this.#interview.ask(command))
    if (final !== 'OK' || (code ?? 0) !== 0)
      throw new Unanswered(`${command.replace(/=.*/, '')} fails here${code ? ` with ${code}` : ''}`)
  }
}

/** The ways into a state, the state last. */
const steps: Readonly<Record<Exclude<QuestionState, 'any'>, readonly QuestionState[]>> = {
  stopped: ['stopped'],
  started: ['stopped', 'started'],
  acquired: ['stopped', 'started', 'acquired'],
  acquiredTls: ['stopped', 'started', 'acquiredTls'],
  connected: ['stopped', 'started', 'acquired', 'connected'],
}
