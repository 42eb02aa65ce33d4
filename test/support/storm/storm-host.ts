import { bytesOf, textOf } from '../../../src/at/public.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import type { MemoryHost } from '../../../src/io/testing/memory-host.ts'
import { StormReader } from './storm-reader.ts'

export interface StormMessage {
  readonly qos: 0 | 1 | 2
  /** Without CR and LF, like no other message's. */
  readonly payload: string
}

export interface StormHostOptions {
  readonly end: MemoryHost
  readonly clock: Clock
  /** `host:port` */
  readonly address: string
  /** Before another attempt of what has failed. */
  readonly retryMs: number
  /** Called with each PUB that was accepted, once its result is there. */
  readonly published?: (message: StormMessage) => void
}

/** Waits for so many ms, or, yielding nothing, for a line. */
type Program<T> = Generator<number | undefined, T, string>

export const upTopic = 'up'
export const downTopic = 'down'

/** A firmware that publishes, each message once, and comes back after every loss. It expects exact answers. */
export class StormHost {
  /** Payloads of received messages and how often each came. */
  readonly heard = new Map<string, number>()
  /** Results of PUB, by code. */
  readonly results = new Map<number, number>()
  connections = 0
  finished = false
  readonly #options: StormHostOptions
  readonly #reader: StormReader
  readonly #lines: string[] = []
  #program: Program<void> | undefined
  #sleeping = false
  #running = false
  #connected = false
  #started = false
  #subscribed = false

  constructor(options: StormHostOptions) {
    this.#options = options
    this.#reader = new StormReader({
      line: (line) => void this.#lines.push(line),
      message: (topic, payload) => this.#hear(topic, payload),
      lost: () => {
        this.#connected = false
      },
      noNetwork: () => {
        this.#started = false
      },
    })
    options.end.open()
    options.end.onData((bytes) => {
      this.#reader.take(textOf(bytes))
      this.#go()
    })
  }

  get losses(): StormReader['losses'] {
    return this.#reader.losses
  }

  publishAll(messages: Iterable<StormMessage>): void {
    this.#start(this.#publishing(messages))
  }

  /** DISC and CONNECT: what the module has not got through yet is sent again. */
  reconnect(): void {
    this.#start(this.#reconnecting())
  }

  /** DISC. */
  leave(): void {
    this.#start(this.#leaving())
  }

  #start(program: Program<void>): void {
    this.finished = false
    this.#program = program
    this.#resume()
  }

  #hear(topic: string, payload: string): void {
    const key = topic === downTopic ? payload : `${topic} ${payload}`
    this.heard.set(key, (this.heard.get(key) ?? 0) + 1)
  }

  #resume(): void {
    this.#proceed('')
    this.#go()
  }

  #go(): void {
    while (!this.#sleeping && !this.#running && !this.finished && this.#lines.length > 0)
      this.#proceed(this.#lines.shift()!)
  }

  #proceed(line: string): void {
    this.#running = true
    const { done, value } = this.#program!.next(line)
    this.#running = false
    this.finished = done === true
    if (value === undefined) return
    this.#sleeping = true
    this.#options.clock.after(value as number, () => {
      this.#sleeping = false
      this.#resume()
    })
  }

  *#publishing(messages: Iterable<StormMessage>): Program<void> {
    this.#type('ATE0\r')
    yield* this.#expect('ATE0\r')
    yield* this.#expect('OK')
    for (const message of messages) {
      while (!(yield* this.#publish(message))) yield this.#options.retryMs
      this.#options.published?.(message)
    }
  }

  *#reconnecting(): Program<void> {
    yield* this.#leaving()
    yield* this.#online()
  }

  *#leaving(): Program<void> {
    yield* this.#online()
    if ((yield* this.#result('DISC=0,60', 'DISC')) === 0) this.#connected = false
  }

  /** True: the module has accepted it, and the host must not publish it again, whatever the result is. */
  *#publish({ qos, payload }: StormMessage): Program<boolean> {
    yield* this.#online()
    if (!(yield* this.#data('TOPIC=0', upTopic))) return false
    if (!(yield* this.#data('PAYLOAD=0', payload))) return false
    const code = yield* this.#result(`PUB=0,${qos},60`, 'PUB')
    if (code !== undefined) this.results.set(code, (this.results.get(code) ?? 0) + 1)
    return code !== undefined
  }

  *#online(): Program<void> {
    while (!(this.#connected && this.#subscribed)) {
      if (!(yield* this.#comeBack())) yield this.#options.retryMs
    }
  }

  *#comeBack(): Program<boolean> {
    if (!this.#started && !(yield* this.#acquire())) return false
    if (!this.#connected && !(yield* this.#connect())) return false
    this.#subscribed ||= (yield* this.#subscribe()) === 0
    return this.#subscribed
  }

  *#acquire(): Program<boolean> {
    if ((yield* this.#result('START', 'START')) !== 0) return false
    this.#started = true
    return (yield* this.#says('AT+CMQTTACCQ=0,"storm"')) && (yield* this.#says('AT+CMQTTCFG="version",0,4'))
  }

  *#connect(): Program<boolean> {
    if ((yield* this.#result(`CONNECT=0,"tcp://${this.#options.address}",60,0`, 'CONNECT')) !== 0) return false
    this.#connected = true
    this.connections++
    return true
  }

  *#subscribe(): Program<number | undefined> {
    return (yield* this.#data(`SUB=0`, downTopic, ',2')) ? yield* this.#code('SUB') : undefined
  }

  /** The code behind OK; undefined: ERROR. */
  *#result(command: string, name: string): Program<number | undefined> {
    return (yield* this.#says(`AT+CMQTT${command}`)) ? yield* this.#code(name) : undefined
  }

  *#code(name: string): Program<number> {
    const line: string = yield
    const found = /^\+CMQTT(\w+): (?:0,)?(\d+)$/.exec(line)
    if (found?.[1] !== name) throw new Error(`expected the result of ${name}, got ${JSON.stringify(line)}`)
    return Number(found[2])
  }

  *#data(command: string, data: string, rest = ''): Program<boolean> {
    this.#type(`AT+CMQTT${command},${data.length}${rest}\r`)
    const line: string = yield
    if (line !== '>') return this.#refused(line)
    this.#type(data)
    const answer: string = yield
    return answer === 'OK' || this.#refused(answer)
  }

  /** True: OK; a line with a code may stand before ERROR. */
  *#says(command: string): Program<boolean> {
    this.#type(`${command}\r`)
    const line: string = yield
    if (line !== 'OK' && line !== 'ERROR') yield* this.#expect('ERROR')
    return line === 'OK'
  }

  #refused(line: string): false {
    if (line === 'ERROR') return false
    throw new Error(`expected OK, ERROR or a prompt, got ${JSON.stringify(line)}`)
  }

  *#expect(expected: string): Program<void> {
    const line: string = yield
    if (line !== expected) throw new Error(`expected ${expected}, got ${JSON.stringify(line)}`)
  }

  #type(text: string): void {
    this.#options.end.write(bytesOf(text))
  }
}
