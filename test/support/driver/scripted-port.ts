import { bytesOf, textOf } from '../../../src/at/syntax/bytes.ts'
import type { ByteStream, ByteStreamEvents } from '../../../src/io/stream.ts'

/** A stream on nothing but a test: what was sent, and what is to come. */
export class ScriptedPort implements ByteStream {
  readonly address = 'the port'
  readonly sent: string[] = []
  readonly bauds: number[] = []
  /** Bytes that the other end has not taken. */
  held = 0
  closed = false
  /** What follows each write; one character is one byte. */
  answer: (text: string) => string = () => ''
  #events: ByteStreamEvents | undefined

  constructor(answer: (text: string) => string = () => '') {
    this.answer = answer
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    events.presence?.(true)
  }

  write(bytes: Uint8Array): void {
    const text = textOf(bytes)
    this.sent.push(text)
    const answer = this.answer(text)
    if (answer !== '') this.#events?.data(bytesOf(answer))
  }

  backlog(): number {
    return this.held
  }

  /** The other end takes everything. */
  take(): void {
    this.held = 0
    this.#events?.drained?.()
  }

  pause(): void {}

  resume(): void {}

  async setBaud(baud: number): Promise<void> {
    this.bauds.push(baud)
  }

  async close(): Promise<void> {
    this.closed = true
    this.#events = undefined
  }

  say(text: string): void {
    this.#events?.data(bytesOf(text))
  }

  unplug(): void {
    this.#events?.presence?.(false, new Error('unplugged'))
  }
}

/** A module of fixed replies: by command, one after the other, the last one for ever; `OK` where there is none. */
export function replies(table: Readonly<Record<string, string | readonly string[]>>): (text: string) => string {
  const asked = new Map<string, number>()
  return (text) => {
    const command = text.replace(/\r+$/, '')
    if (!command.startsWith('AT')) return ''
    const n = asked.get(command) ?? 0
    asked.set(command, n + 1)
    const given = table[command] ?? (command === 'AT+CMEE?' ? '+CMEE: 1' : '')
    const reply = typeof given === 'string' ? given : (given[n] ?? given.at(-1)!)
    if (reply === 'nothing') return ''
    const refusal = reply === 'ERROR' || reply.startsWith('+CME ERROR')
    const lines = refusal ? reply : reply === '' ? 'OK' : `${reply}\r\n\r\nOK`
    return `\r\n${lines}\r\n`
  }
}
