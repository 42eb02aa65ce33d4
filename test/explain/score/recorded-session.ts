import { type Profile, profiles } from '../../../src/at/public.ts'
import { FaultyModule } from '../../support/module/faulty-module.ts'
import type { SessionEvent } from '../session.ts'

/** Where in its program a host is. */
export type Stage = 'boot' | 'start' | 'connect' | 'live' | 'end'

export interface SessionOptions {
  readonly fault?: string
  readonly params?: Readonly<Record<string, unknown>>
  /** Before which step the fault begins. */
  readonly at?: Stage
  readonly seed?: number
  readonly profile?: string
  /** TLS, with the files that authmode 1 needs. */
  readonly tls?: boolean
  readonly address?: string
  /** Set before CONNECT. */
  readonly settings?: readonly string[]
}

/** What a host and a module say to each other, as somebody would log it. */
export function recordSession(options: SessionOptions = {}): readonly SessionEvent[] {
  const host = new ReferenceHost(options)
  host.run()
  return host.events
}

const patienceMs = 130_000
const stepMs = 500

/** A plain host: it asks what hosts ask, connects, subscribes, publishes and ends, and tries again where that is usual. */
class ReferenceHost {
  readonly events: SessionEvent[] = []
  readonly #options: SessionOptions
  readonly #module: FaultyModule
  #heard = ''
  #answer = ''

  constructor(options: SessionOptions) {
    this.#options = options
    const profile: Profile = profiles[options.profile ?? 'sim767x']!
    this.#module = new FaultyModule({ seed: options.seed ?? 1, profile })
    this.#module.server.passesOn = true
  }

  run(): void {
    this.#begin('boot')
    for (const command of ['AT', 'AT+CGMM', 'AT+CPIN?', 'AT+CSQ', 'AT+CEREG?', 'AT+CGDCONT?', 'AT+CGPADDR'])
      this.#command(command)
    this.#begin('start')
    if (!this.#operation('AT+CMQTTSTART', '+CMQTTSTART: 0')) this.#again('AT+CMQTTSTART', '+CMQTTSTART: 0')
    this.#command(`AT+CMQTTACCQ=0,"device-7",${this.#options.tls ? 1 : 0}`)
    for (const setting of this.#options.settings ?? []) this.#command(setting)
    this.#begin('connect')
    if (this.#connected()) this.#live()
    this.#begin('end')
    this.#operation('AT+CMQTTDISC=0,60', '+CMQTTDISC: 0,0')
    this.#command('AT+CMQTTREL=0')
    this.#operation('AT+CMQTTSTOP', '+CMQTTSTOP: 0')
  }

  #connected(): boolean {
    const { address = 'broker.example:1883' } = this.#options
    const line = `AT+CMQTTCONNECT=0,"tcp://${address}",60,1`
    return this.#operation(line, '+CMQTTCONNECT: 0,0') || this.#again(line, '+CMQTTCONNECT: 0,0')
  }

  #live(): void {
    this.#subscribe()
    this.#begin('live')
    for (const reading of ['21.5', '21.7', '21.6']) {
      this.#publish('room/temp', reading)
      this.#wait(5000)
    }
    this.#module.server.publish('room/set', '{"t":20,"on":true}', 1)
    this.#wait(5000)
    this.#subscribe()
    this.#command('AT+CSQ')
    this.#command('AT+CEREG?')
    this.#publish('room/temp', '21.9')
    this.#wait(20_000)
  }

  #subscribe(): void {
    this.#operation('AT+CMQTTSUB=0,8,1', '+CMQTTSUB: 0,0', 'room/set')
  }

  #publish(topic: string, payload: string): void {
    this.#command(`AT+CMQTTTOPIC=0,${topic.length}`, topic)
    this.#command(`AT+CMQTTPAYLOAD=0,${payload.length}`, payload)
    this.#operation('AT+CMQTTPUB=0,1,60', '+CMQTTPUB: 0,0')
  }

  #again(line: string, result: string): boolean {
    this.#wait(5000)
    return this.#operation(line, result)
  }

  /** A command whose result comes later. True: it succeeded. */
  #operation(line: string, result: string, data?: string): boolean {
    const name = result.slice(0, result.indexOf(':') + 1)
    if (!this.#command(line, data) && !this.#answer.includes(result)) return false
    for (let waited = 0; waited < patienceMs && !this.#answer.includes(name); waited += stepMs) this.#wait(stepMs)
    return this.#answer.includes(result)
  }

  /** True: OK. */
  #command(line: string, data?: string): boolean {
    this.#answer = ''
    this.#say(line)
    this.#hear(this.#module.type(`${line}\r`))
    if (data !== undefined) this.#fill(data)
    for (let waited = 0; waited < 9000 && !/\r\n(?:OK|ERROR|\+CME ERROR.*)\r\n/.test(this.#answer); waited += stepMs)
      this.#wait(stepMs)
    return /\r\nOK\r\n/.test(this.#answer)
  }

  #fill(data: string): void {
    for (let waited = 0; waited < 9000 && !/\r\n>/.test(this.#answer) && !/ERROR/.test(this.#answer); waited += stepMs)
      this.#wait(stepMs)
    if (!/\r\n>/.test(this.#answer)) return
    this.events.push({ side: 'host', text: data, ms: this.#now(), data: true })
    this.#hear(this.#module.type(data))
  }

  #begin(stage: Stage): void {
    const { fault, params, at = 'live' } = this.#options
    if (fault === undefined || at !== stage) return
    this.#module.faults.start(fault, params ?? {})
    this.#hear()
  }

  #wait(ms: number): void {
    this.#hear(this.#module.advance(ms))
  }

  #say(text: string): void {
    this.events.push({ side: 'host', text, ms: this.#now() })
  }

  readonly #now = (): number => 1000 + this.#module.clock.now()

  /** Takes what the module has written, line by line. */
  #hear(text = this.#module.got()): void {
    this.#answer += text
    const lines = (this.#heard + text).split('\r\n')
    this.#heard = lines.pop()!
    for (const line of lines) if (line !== '') this.events.push({ side: 'module', text: line, ms: this.#now() })
    if (this.#heard !== '>') return
    this.#heard = ''
    this.events.push({ side: 'module', text: '>', ms: this.#now() })
  }
}
