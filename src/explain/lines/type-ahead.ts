import { nameOf } from '../../at/urcs.ts'
import { isCommandText, isFinalText } from './grammar.ts'
import type { LogLine } from './line.ts'

/** What a host sends so soon behind an earlier command has not waited for its answer. */
const soonMs = 50
const mostHeld = 1000

/**
 * Puts what a host has typed ahead behind the answers to its earlier commands, as the module takes it: a script that is
 * sent at once stands in a trace in front of everything that the module says.
 */
export class TypeAhead {
  readonly #take: (line: LogLine) => void
  readonly #held: LogLine[] = []
  /** The command that the module has not answered yet. */
  #open: LogLine | undefined
  /** The command that was passed on last has its final result. */
  #isFree = false
  /** Commands come back before they are answered. */
  #echoes = false
  /** The next line of the host is data. */
  #prompted = false

  constructor(take: (line: LogLine) => void) {
    this.#take = take
  }

  take(line: LogLine): void {
    if (line.side === 'host') this.#host(line)
    else this.#other(line)
  }

  end(): void {
    for (const line of this.#held.splice(0)) this.#take(line)
  }

  #host(line: LogLine): void {
    if (this.#held.length > 0 || this.#isAhead(line)) {
      this.#held.push(line)
      if (this.#isLate(line) || this.#held.length > mostHeld) this.#giveUp()
    } else this.#pass(line)
  }

  #isAhead({ text, ms }: LogLine): boolean {
    const begun = this.#open?.ms
    if (begun === undefined || ms === undefined || ms - begun >= soonMs) return false
    // The same row again is one that the log shows twice.
    return isCommandText(text.trim()) && text !== this.#open!.text
  }

  /** The module does not answer at all. */
  #isLate({ ms = 0 }: LogLine): boolean {
    return ms - (this.#held.at(-2)?.ms ?? ms) >= 20 * soonMs
  }

  #giveUp(): void {
    for (const line of this.#held.splice(0)) this.#pass(line)
  }

  #pass(line: LogLine): void {
    if (isCommandText(line.text.trim()) || this.#prompted) this.#open = line
    this.#prompted = false
    this.#isFree = false
    this.#take(line)
  }

  #other(line: LogLine): void {
    const text = line.text.trim()
    if (this.#isFree && line.side !== 'print' && this.#answersHeld(text)) this.#next()
    this.#take(line)
    if (line.side === 'print') return
    if (text.startsWith('>')) {
      this.#prompted = true
      this.#data()
    }
    if (isFinalText(text)) this.#isFree = true
    if (isFinalText(text) || !isCommandText(text)) this.#open = undefined
  }

  /** It belongs to the next command that was held, not to an earlier one whose result comes late. */
  #answersHeld(text: string): boolean {
    const next = this.#held.find((line) => isCommandText(line.text.trim()))?.text.trim()
    if (next === undefined) return false
    this.#echoes ||= next === text
    if (this.#echoes) return next === text || isFinalText(text)
    const name = nameOf(text)
    return name === undefined || next.slice(2).toUpperCase().startsWith(name)
  }

  /** The next command that was held. */
  #next(): void {
    this.#isFree = false
    this.#data()
    const line = this.#held.shift()
    if (line) this.#pass(line)
  }

  /** What stands in front of the next command that was held. */
  #data(): void {
    while (this.#held[0] && !isCommandText(this.#held[0].text.trim())) this.#pass(this.#held.shift()!)
  }
}
