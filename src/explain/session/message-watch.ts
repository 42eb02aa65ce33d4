import { urcs } from '../../at/urcs.ts'
import type { LogLine } from '../lines/line.ts'

/** A received message as far as the log shows it. */
export interface SeenMessage {
  readonly lines: readonly LogLine[]
  /** As RXSTART tells, bytes. */
  readonly topicLength: number
  readonly payloadLength: number
  /** RXEND has come. */
  readonly complete: boolean
  /** What stands where topic and payload are, as far as it is kept. */
  readonly text: string
}

const keptText = 2000
export const commandIn = /(?:^|[^A-Za-z])AT\+C[A-Z]{2,}/

/** Takes the lines of received messages out of a log: topics and payloads may look like anything. */
export class MessageWatch {
  readonly #tell: (message: SeenMessage) => void
  #open:
    | { readonly start: LogLine; readonly lengths: readonly [number, number]; last: LogLine; text: string }
    | undefined
  /** Bytes of the part that is under way. */
  #left = 0
  #part = { length: 0, before: '' }
  /** Lines since, that are none of its own. */
  #after = 0

  constructor(tell: (message: SeenMessage) => void) {
    this.#tell = tell
  }

  /** Whether the line is part of a message. */
  take(line: LogLine): boolean {
    const { text, side } = line
    this.#after++
    if (side === 'host' || side === 'print') return false
    if (text.startsWith(`${urcs.receiveStart.name}:`)) return this.#begin(line)
    if (!this.#open) return false
    if (text.startsWith(`${urcs.receiveEnd.name}:`)) return this.#end(true, line)
    const part = partOf(text)
    const taken = part ? this.#goOn(part) : this.#left > 0 && this.#takePart(line)
    if (taken) this.#keep(line)
    return taken
  }

  /** The log is over: a message that it ends in is not told. */
  end(): void {
    if (this.#after > 0) this.#end(false)
  }

  /** The host itself has started: nothing of it is left. */
  interrupt(): void {
    this.#end(false)
  }

  #keep(line: LogLine): void {
    this.#open!.last = line
    this.#after = 0
  }

  #begin(start: LogLine): boolean {
    this.#end(false)
    const [, topic = 0, payload = 0] = numbersIn(start.text)
    this.#open = { start, lengths: [topic, payload], last: start, text: '' }
    this.#left = 0
    this.#after = 0
    return true
  }

  #goOn({ length, text }: Part): boolean {
    this.#left = length
    this.#part = { length, before: this.#open!.text }
    if (text !== '') this.#append(text)
    return true
  }

  /** Where no mark tells the host's own text, a line that is as long as the whole part is the part. */
  #takePart({ text, side }: LogLine): boolean {
    const open = this.#open!
    if (side === 'unknown' && text.length === this.#part.length) open.text = this.#part.before
    else if (side === 'unknown' && text.length > this.#left && !commandIn.test(text)) return false
    this.#append(text)
    if (text.length === this.#part.length) this.#left = 0
    return true
  }

  #append(text: string): void {
    const open = this.#open!
    if (open.text.length < keptText) open.text += `${text}\n`
    this.#left -= text.length + 2
  }

  #end(complete: boolean, last?: LogLine): boolean {
    const open = this.#open
    this.#open = undefined
    this.#left = 0
    if (!open) return false
    const [topicLength, payloadLength] = open.lengths
    this.#tell({ lines: [open.start, last ?? open.last], topicLength, payloadLength, complete, text: open.text })
    return true
  }
}

interface Part {
  readonly length: number
  /** What stands in the same row, as in a log that was made one row. */
  readonly text: string
}

function partOf(text: string): Part | undefined {
  if (!text.startsWith(`${urcs.receiveTopic.name}:`) && !text.startsWith(`${urcs.receivePayload.name}:`))
    return undefined
  return { length: numbersIn(text)[1] ?? 0, text: /: ?\d+, ?\d+ (.+)$/.exec(text)?.[1] ?? '' }
}

const numbersIn = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number)
