export interface StormReaderEvents {
  /** Of an answer, without its CR LF. */
  line(line: string): void
  message(topic: string, payload: string): void
  /** CONNLOST */
  lost(): void
  /** NONET: no service and no connection any more. */
  noNetwork(): void
}

/** Takes what a module sends apart: answers, messages, losses. Topics and payloads must be without CR and LF. */
export class StormReader {
  /** CONNLOST and NONET so far. */
  readonly losses = { connections: 0, network: 0 }
  readonly #events: StormReaderEvents
  #rest = ''
  #part: 'topic' | 'payload' | undefined
  #topic = ''
  #payload = ''

  constructor(events: StormReaderEvents) {
    this.#events = events
  }

  take(text: string): void {
    const lines = (this.#rest + text).split('\r\n')
    this.#rest = lines.pop()!
    for (const line of lines) if (line !== '') this.#line(line)
  }

  #line(line: string): void {
    if (this.#part === 'topic') this.#topic = line
    if (this.#part === 'payload') this.#payload += line
    if (this.#part) this.#part = undefined
    else if (line.startsWith('+CMQTTRX')) this.#received(line)
    else if (line.startsWith('+CMQTTCONNLOST: 0,')) this.#lost()
    else if (line === '+CMQTTNONET') this.#noNetwork()
    else this.#events.line(line)
  }

  #received(line: string): void {
    const what = /^\+CMQTTRX(\w+): 0\b/.exec(line)?.[1]
    if (what === 'START') this.#payload = ''
    if (what === 'TOPIC') this.#part = 'topic'
    if (what === 'PAYLOAD') this.#part = 'payload'
    if (what === 'END') this.#events.message(this.#topic, this.#payload)
    if (what === undefined) throw new Error(`not a received message: ${line}`)
  }

  #lost(): void {
    this.losses.connections++
    this.#events.lost()
  }

  #noNetwork(): void {
    this.losses.network++
    this.#events.lost()
    this.#events.noNetwork()
  }
}
