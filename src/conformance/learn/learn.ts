import type { Clock } from '../../io/runtime/runtime.ts'
import type { SharedStream } from '../../io/wrappers/shared.ts'
import { intoStep, stopService } from '../known-state.ts'
import { SilentModule } from '../silent-module.ts'
import { SuiteChat } from '../suite-chat.ts'
import { Conversation, Interrupted } from './conversation.ts'
import { Interview, type LineExchange, Unanswered } from './interview.ts'
import type { Permissions } from './permissions.ts'
import { type Need, needs } from './permissions.ts'
import type { LearnQuestion } from './question.ts'
import { learnQuestions } from './questions/questions.ts'
import { ServiceSteps } from './service-steps.ts'

/** How a question went. */
export interface Asked {
  readonly question: LearnQuestion
  /** How the module was brought into the state of the question. */
  readonly setUp: readonly LineExchange[]
  readonly exchanges: readonly LineExchange[]
  /** Why there is no answer; undefined: there is. */
  readonly missing?: string
}

export interface Learnt {
  readonly asked: readonly Asked[]
  /** Values of a profile, by path. */
  readonly traits: ReadonlyMap<string, unknown>
  /** Why it ended before the last question. */
  readonly ended?: 'interrupted' | 'silent'
  /** What could not be taken back. */
  readonly left: readonly string[]
}

export interface LearnOptions {
  readonly clock: Clock
  readonly permissions: Permissions
  /** Ends it in order. */
  readonly stop?: AbortSignal
  started?(question: LearnQuestion, before: number, all: number): void
}

/** A client of the MQTT service is in use: learning would end somebody's session. */
export class ServiceInUse extends Error {
  override readonly name = 'ServiceInUse'
}

/**
 * Asks a module question by question, each in the state that it needs, and leaves it as it was. Rejects with a
 * `SilentModule` when nothing answers at first, and with a `ServiceInUse`.
 */
export async function learn(line: SharedStream, options: LearnOptions): Promise<Learnt> {
  return new Learner(line, options).askAll(learnQuestions)
}

class Learner {
  readonly #line: SharedStream
  readonly #options: LearnOptions
  readonly #interview: Interview
  #last: Conversation
  readonly #service: ServiceSteps
  #wasStarted = false
  #settings: readonly string[] = []
  readonly #left: string[] = []

  constructor(line: SharedStream, options: LearnOptions) {
    this.#line = line
    this.#options = options
    this.#last = this.#conversation(options.stop)
    this.#interview = new Interview(this.#last, options.clock, options.permissions)
    this.#service = new ServiceSteps(this.#interview, options.permissions, () => this.#stopService())
    options.stop?.addEventListener('abort', () => this.#last.wake(), { once: true })
  }

  #conversation(stop?: AbortSignal): Conversation {
    this.#last = new Conversation(this.#line.take(), this.#options.clock, stop)
    return this.#last
  }

  #chat(): SuiteChat {
    return new SuiteChat(this.#line.take(), this.#options.clock)
  }

  /** Answers may be lost at first. Rejects with a `SilentModule` and a `ServiceInUse`. */
  async #beginOrInterrupted(): Promise<void> {
    for (let tries = 0; tries < 2; tries++) {
      try {
        return await this.#begin()
      } catch (error) {
        // The first question finds that out too.
        if (error instanceof Interrupted) return
        if (!(error instanceof Unanswered)) throw error
      }
    }
    throw new SilentModule('AT+CMEE?', slowMs)
  }

  /** Reads what is to be restored. */
  async #begin(): Promise<void> {
    const before = await echoOf(this.#conversation())
    await intoStep(this.#chat())
    this.#interview.goOnWith(this.#conversation(this.#options.stop))
    const reports = /\d/.exec((await this.#interview.ask('AT+CMEE?')).lines[0]?.slice(-1) ?? '')?.[0]
    this.#settings = [...(reports ? [`AT+CMEE=${reports}`] : []), before === 'off' ? 'ATE0' : 'ATE1']
    const { lines } = await this.#interview.ask('AT+CMQTTACCQ?')
    if (lines.some((line) => /^\+CMQTTACCQ: \d,"[^"]/.test(line)))
      throw new ServiceInUse(
        'A client of the MQTT service is in use: end the program that uses it, or send AT+CMQTTREL.',
      )
    const lists = (await this.#interview.ask('AT+CMQTTDISC?')).final === 'OK'
    // Some firmware lists before START as well.
    this.#wasStarted = lists && (await this.#interview.result('AT+CMQTTSTART')).final === 'ERROR'
    await this.#settle()
    await this.#registered()
    this.#interview.takeExchanges()
  }

  /** A module that has just been switched on answers otherwise; one that does not register is asked as it is. */
  async #registered(): Promise<void> {
    for (let i = 0; i < registrationTries; i++) {
      const { lines } = await this.#interview.ask('AT+CEREG?')
      if (lines.some((line) => /^\+CEREG: \d,[15]/.test(line))) return
      await this.#interview.pause(pollMs)
    }
  }

  /** As all questions find it. */
  async #settle(): Promise<void> {
    await this.#interview.ask('ATE0')
    await this.#interview.ask('AT+CMEE=2')
  }

  async askAll(all: readonly LearnQuestion[]): Promise<Learnt> {
    const asked: Asked[] = []
    let ended: Learnt['ended']
    await this.#beginOrInterrupted()
    try {
      for (const [i, question] of all.entries()) {
        this.#options.started?.(question, i, all.length)
        const missing = lacking(question, this.#options.permissions)
        asked.push(missing ? { question, setUp: [], exchanges: [], missing } : await this.#askOne(question))
      }
    } catch (error) {
      if (error instanceof Interrupted) ended = 'interrupted'
      else if (error instanceof SilentModule) ended = 'silent'
      else throw error
    }
    if (ended === 'silent') this.#left.push(...this.#interview.takeUndo(), ...this.#settings)
    else await this.#leave()
    const { traits } = this.#interview
    const rest = all
      .slice(asked.length)
      .map((question): Asked => ({ question, setUp: [], exchanges: [], missing: 'it ended before' }))
    return { asked: [...asked, ...rest], traits, left: this.#left, ...(ended && { ended }) }
  }

  /** Twice at most: what was lost may come the second time. */
  async #askOne(question: LearnQuestion): Promise<Asked> {
    let missing = ''
    for (let tries = 0; tries < 2; tries++) {
      try {
        await this.#service.bring(question.state)
        this.#interview.takeExchanges()
        await question.ask(this.#interview)
        const exchanges = this.#interview.takeExchanges()
        await this.#takeBack()
        if (question.leaves) this.#service.isNow(question.leaves)
        return { question, setUp: this.#service.setUp(question.state), exchanges }
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error
        missing = error.message
        await this.#recover()
      }
    }
    return { question, setUp: [], exchanges: this.#interview.takeExchanges(), missing }
  }

  /** Whatever state the line is in: a prompt, a late answer. Rejects with a `SilentModule`. */
  async #intoStep(): Promise<void> {
    try {
      await intoStep(this.#chat())
    } catch (error) {
      if (!(error instanceof SilentModule) || !(await this.#answersSlowly())) throw error
    }
  }

  /** One that is slower than others, or says nothing while it starts, is waited for once. */
  async #answersSlowly(): Promise<boolean> {
    const line = this.#conversation()
    await line.until(() => false, slowMs)
    line.forget()
    line.send('AT+CMEE?\r')
    return line.until((heard) => /\+CMEE: \d\r\n[\s\S]*OK\r\n/.test(heard), slowMs)
  }

  /** Until a command has no answer; then it is still to be taken back, and those behind it. */
  async #takeBack(): Promise<void> {
    for (let command = this.#interview.nextUndo; command !== undefined; command = this.#interview.nextUndo) {
      await this.#interview.ask(command)
      this.#interview.undone()
    }
  }

  /** Everything; what has no answer is named. */
  async #takeAllBack(): Promise<void> {
    for (let command = this.#interview.nextUndo; command !== undefined; command = this.#interview.nextUndo) {
      await this.#send(command)
      this.#interview.undone()
    }
  }

  /** What has no answer is named among what was left. */
  async #send(command: string): Promise<void> {
    await this.#orLeft(command, this.#interview.ask(command))
  }

  async #orLeft(command: string, sent: Promise<unknown>): Promise<void> {
    try {
      await sent
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      this.#left.push(command)
    }
  }

  async #recover(): Promise<void> {
    this.#service.isNow('unknown')
    await this.#intoStep()
    this.#interview.goOnWith(this.#conversation(this.#options.stop))
    await this.#settle().catch((error: unknown) => {
      // The next question finds that out too.
      if (!(error instanceof Unanswered)) throw error
    })
    await this.#takeAllBack()
  }

  async #stopService(): Promise<void> {
    await stopService(this.#chat(), this.#options.clock)
    this.#interview.goOnWith(this.#conversation(this.#options.stop))
  }

  /** As it was before the first question. */
  async #leave(): Promise<void> {
    try {
      await this.#intoStep()
      this.#interview.goOnWith(this.#conversation())
      await this.#takeAllBack()
      await this.#restart()
      await stopService(this.#chat(), this.#options.clock)
      this.#interview.goOnWith(this.#conversation())
      if (this.#wasStarted) await this.#orLeft('AT+CMQTTSTART', this.#service.start())
      for (const command of this.#settings) await this.#send(command)
    } catch (error) {
      if (!(error instanceof SilentModule)) throw error
      this.#left.push(...this.#interview.takeUndo(), ...this.#settings)
    }
  }

  /** File names of SSL contexts go only so. */
  async #restart(): Promise<void> {
    const { reset, certificates, brokerTls } = this.#options.permissions
    if (!(reset && certificates && brokerTls)) return
    const restarted = async (): Promise<void> => {
      await this.#interview.ask('AT+CRESET')
      await this.#interview.more('AT+CRESET', (heard) => /PB DONE/.test(heard), 60_000)
    }
    await this.#orLeft('AT+CRESET', restarted())
  }
}

function lacking({ needs: wanted = [] }: LearnQuestion, permissions: Permissions): string | undefined {
  const missing = wanted.filter((need: Need) => !permissions[need])
  return missing.length === 0 ? undefined : `needs ${missing.map((need) => needs[need]).join(', ')}`
}

const answerMs = 2000
/** Longer than modules take to start. */
const slowMs = 30_000
const registrationTries = 60
const pollMs = 1000

/** Whether echo is on, asked without changing anything. */
async function echoOf(conversation: Conversation): Promise<'on' | 'off' | 'unknown'> {
  conversation.send('AT\r')
  const answered = await conversation.until((heard) => /\r\n(OK|ERROR)\r\n/.test(heard), answerMs)
  if (!answered) return 'unknown'
  return conversation.heard.includes('AT\r') ? 'on' : 'off'
}
