import { type Profile, profiles } from '../../../src/at/public.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import { FaultyModule } from '../../support/module/faulty-module.ts'
import type { SessionEvent } from '../session.ts'
import type { SessionOptions, Stage } from './recorded-session.ts'

export interface VariedOptions extends SessionOptions {
  /** Which of the many programs a host may have. */
  readonly variety: number
  /** The same session without its fault. */
  readonly sound?: boolean
}

/** What a host whose program is made at random and a module of a family that is drawn say to each other. */
export function variedSession(options: VariedOptions): readonly SessionEvent[] {
  const host = new VariedHost(options)
  host.run()
  return host.events
}

const stepMs = 500
const questions =
  'AT+CGMM,AT+CGMR,ATI,AT+CSQ,AT+CREG?,AT+CGREG?,AT+CEREG?,AT+COPS?,AT+CPSI?,AT+CGDCONT?,AT+CGPADDR,AT+CCLK?,AT+CMEE=2,AT+CGATT?,AT+CGACT?,AT+CTZU=1,AT+CGSN'.split(
    ',',
  )
const polls = ['AT+CSQ', 'AT+CEREG?', 'AT', 'AT+CCLK?', 'AT+CPSI?']
const words = ['room', 'garden', 'pump', 'bus', 'dev', 'well', 'meter', 'state', 'temp', 'set', 'door', 'tank']
const hosts = ['broker.example', 'mqtt.shop.example', '203.0.113.9']

/** It asks in any order, tidies up or not, publishes, polls and subscribes in any order, and has one of four ways to recover. */
class VariedHost {
  readonly events: SessionEvent[] = []
  readonly #options: VariedOptions
  readonly #module: FaultyModule
  readonly #random
  readonly #filter: string
  readonly #connectLine: string
  #heard = ''
  #answer = ''
  #isLost = false

  constructor(options: VariedOptions) {
    this.#options = options
    this.#random = seededRandom(options.variety)
    const profile: Profile = profiles[options.profile ?? this.#pick(['sim767x', 'a76xx', 'sim7600'])]!
    this.#module = new FaultyModule({ seed: options.seed ?? 1, profile })
    this.#module.server.passesOn = true
    this.#filter = this.#topic()
    const { address = `${this.#pick(hosts)}:1883` } = options
    const login = this.#chance(0.2) ? ',"user","pw12345"' : ''
    this.#connectLine = `AT+CMQTTCONNECT=0,"tcp://${address}",${this.#pick([60, 120, 600])},1${login}`
  }

  readonly #chance = (share: number): boolean => this.#random.next() < share
  readonly #pick = <T>(list: readonly T[]): T => list[this.#random.below(list.length)]!
  readonly #topic = (): string => `${this.#pick(words)}/${this.#pick(words)}${this.#random.below(30)}`

  run(): void {
    this.#begin('boot')
    this.#ask()
    this.#begin('start')
    if (this.#chance(0.25)) this.#tidy()
    if (!this.#started()) this.#started()
    this.#acquire()
    this.#begin('connect')
    if (this.#connected(3)) this.#live()
    this.#begin('end')
    if (this.#chance(0.6)) this.#tidy()
  }

  #ask(): void {
    this.#wait(this.#pick([0, 1000, 5000]))
    const asked = [...questions].sort(() => this.#random.next() - 0.5).slice(0, 2 + this.#random.below(8))
    if (this.#chance(0.85)) asked.splice(this.#random.below(3), 0, 'AT+CPIN?')
    for (const question of ['AT', ...asked, 'AT+CSQ', 'AT+CGPADDR']) this.#command(question)
    if (this.#chance(0.3)) return
    for (let i = 0; i < 20 && !/,[15]\r/.test(this.#answer); i++) {
      this.#command('AT+CEREG?')
      this.#wait(2000)
    }
  }

  #started(): boolean {
    const started = this.#operation('AT+CMQTTSTART', '+CMQTTSTART: 0')
    if (!started) this.#wait(5000)
    return started
  }

  #acquire(): void {
    const { tls, settings = [] } = this.#options
    this.#command(`AT+CMQTTACCQ=0,"${this.#pick(words)}-${this.#random.below(999)}",${tls ? 1 : 0}`)
    for (const setting of settings) this.#command(setting)
  }

  #connected(tries: number): boolean {
    for (let i = 0; i < tries; i++) {
      if (this.#operation(this.#connectLine, '+CMQTTCONNECT: 0,0')) return true
      this.#wait(this.#pick([1000, 5000, 20_000]))
    }
    return false
  }

  #tidy(): void {
    this.#operation('AT+CMQTTDISC=0,60', '+CMQTTDISC: 0,0')
    this.#command('AT+CMQTTREL=0')
    this.#operation('AT+CMQTTSTOP', '+CMQTTSTOP: 0')
  }

  #live(): void {
    if (this.#chance(0.75)) this.#subscribe()
    const before = this.#random.below(4)
    const steps = before + 3 + this.#random.below(6)
    for (let i = 0; i < steps; i++) {
      if (i === before) this.#begin('live')
      this.#step()
      if (this.#isLost && !this.#recovered()) return
    }
    this.#wait(20_000)
  }

  #step(): void {
    const what = this.#random.next()
    if (what < 0.6) this.#publish()
    else if (what < 0.75) this.#command(this.#pick(polls))
    else if (what < 0.92) this.#receive()
    else this.#subscribe()
    this.#wait(this.#pick([200, 1000, 5000, 30_000]))
  }

  #recovered(): boolean {
    this.#isLost = false
    this.#wait(this.#pick([500, 3000, 15_000]))
    const how = this.#random.below(4)
    if (how === 0) return false
    if (how === 1) return this.#connected(2)
    return how === 2 ? this.#startedAnew() : true
  }

  #startedAnew(): boolean {
    this.#command('AT+CMQTTREL=0')
    this.#operation('AT+CMQTTSTOP', '+CMQTTSTOP: 0')
    if (!this.#started()) return false
    this.#acquire()
    const isConnected = this.#connected(2)
    if (isConnected) this.#subscribe()
    return isConnected
  }

  #subscribe(): void {
    this.#operation(`AT+CMQTTSUB=0,${this.#filter.length},1`, '+CMQTTSUB: 0,0', this.#filter)
  }

  #receive(): void {
    const payload = `{"on":${this.#random.below(2)},"n":${this.#random.below(999)}}`
    this.#module.server.publish(this.#filter, payload, this.#random.below(2))
    this.#wait(2000)
  }

  #publish(): void {
    const topic = this.#topic()
    const payload = this.#pick([`${20 + this.#random.below(9)}.5`, `{"t":${this.#random.below(99)},"u":3.7}`, 'on'])
    this.#command(`AT+CMQTTTOPIC=0,${topic.length}`, topic)
    this.#command(`AT+CMQTTPAYLOAD=0,${payload.length}`, payload)
    this.#operation(`AT+CMQTTPUB=0,${this.#random.below(2)},60`, '+CMQTTPUB: 0,0')
  }

  /** A command whose result comes later. True: it succeeded. */
  #operation(line: string, result: string, data?: string): boolean {
    const name = result.slice(0, result.indexOf(':') + 1)
    if (!this.#command(line, data) && !this.#answer.includes(result)) return false
    this.#waitFor(130_000, () => this.#answer.includes(name))
    return this.#answer.includes(result)
  }

  /** True: OK. */
  #command(line: string, data?: string): boolean {
    this.#answer = ''
    this.events.push({ side: 'host', text: line, ms: this.#now() })
    this.#hear(this.#module.type(`${line}\r`))
    if (data !== undefined) this.#fill(data)
    this.#waitFor(9000, () => /\r\n(?:OK|ERROR|\+CME ERROR.*)\r\n/.test(this.#answer))
    return /\r\nOK\r\n/.test(this.#answer)
  }

  #fill(data: string): void {
    this.#waitFor(9000, () => /\r\n>|ERROR/.test(this.#answer))
    if (!/\r\n>/.test(this.#answer)) return
    this.events.push({ side: 'host', text: data, ms: this.#now(), data: true })
    this.#hear(this.#module.type(data))
  }

  #begin(stage: Stage): void {
    const { fault, params, at = 'live', sound = false } = this.#options
    if (fault === undefined || at !== stage || sound) return
    this.#module.faults.start(fault, params ?? {})
    this.#hear()
  }

  #waitFor(most: number, isThere: () => boolean): void {
    for (let waited = 0; waited < most && !isThere(); waited += stepMs) this.#wait(stepMs)
  }

  #wait(ms: number): void {
    this.#hear(this.#module.advance(ms))
  }

  readonly #now = (): number => 1000 + this.#module.clock.now()

  /** Takes what the module has written, line by line. */
  #hear(text = this.#module.got()): void {
    this.#answer += text
    this.#isLost ||= /CONNLOST|NONET/.test(text)
    const lines = (this.#heard + text).split('\r\n')
    this.#heard = lines.pop()!
    for (const line of lines) if (line !== '') this.events.push({ side: 'module', text: line, ms: this.#now() })
    if (this.#heard !== '>') return
    this.#heard = ''
    this.events.push({ side: 'module', text: '>', ms: this.#now() })
  }
}
