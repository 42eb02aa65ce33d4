import { promptDataOf } from '../../at/commands/prompts.ts'
import { isRestart, nameOf } from '../../at/urcs.ts'
import { believedAfter, unknownState } from '../facts/believed-state.ts'
import type { BelievedState, ExchangeEnding, Fact } from '../facts/fact.ts'
import { isCommandText, isFinalText, isReplyText } from '../lines/grammar.ts'
import type { LogLine } from '../lines/line.ts'
import { callsOf, valuesIn } from './command-text.ts'
import { gotWith } from './data-size.ts'
import { type After, endingOf, exchangeOf, isGarbled, type OpenCommand, quote, stand } from './exchange.ts'
import { isNearlyFinal, isSameLine, type MangledLine, mangledLine, meantCalls } from './mangled.ts'
import { commandIn, MessageWatch, type SeenMessage } from './message-watch.ts'
import { bareInformation, bootLines, hostGone, hostStart, resultNames } from './names.ts'
import { StartWatch } from './start-watch.ts'

type NewFact = Fact extends infer F ? (F extends Fact ? Omit<F, 'at'> : never) : never

/** Behind so many ms the same command line again is a new one, not its echo. */
const echoMs = 900
const longestName = 40

export interface TrackerOptions {
  /** Called with each fact. */
  readonly tell: (fact: Fact) => void
  /** Whether a rule looks for such a text of the host. */
  readonly looksFor: (text: string) => boolean
  /** How often the log shows a command: twice, as it is sent and as its echo, or once. */
  readonly copies: number
  /** How often with a mark of the host. */
  readonly hostCopies: number
}

/** Follows the dialogue of a log, line by line, and tells what happened in it as facts. */
export class SessionTracker {
  readonly #tell: (fact: Fact) => void
  readonly #looksFor: (text: string) => boolean
  readonly #copies: number
  readonly #hostCopies: number
  #open: OpenCommand | undefined
  #count = 0
  readonly #messages = new MessageWatch((message) => this.#received(message))
  #believed = unknownState
  /** When commands that have results were last given. */
  readonly #commandMs = new Map<string, number>()
  /** The last line that no mark gives to a side. */
  #lastUnmarked: string | undefined
  readonly #starts = new StartWatch()

  constructor({ tell, looksFor, copies, hostCopies }: TrackerOptions) {
    this.#tell = tell
    this.#looksFor = looksFor
    this.#copies = copies
    this.#hostCopies = hostCopies
  }

  take(line: LogLine): void {
    const text = line.text.trim()
    if (text === '') return
    if (hostStart.test(text)) this.#messages.interrupt()
    if (this.#messages.take(line)) return
    if (line.side === 'module' && this.#isToldAgain(text)) return
    if (this.#isData(line, text) || this.#isBlindData(line, text)) return
    if (line.side === 'print') this.#print(line)
    else if (isCommandText(text)) this.#command(line, text)
    else if (line.side !== 'host' && isReplyText(text)) this.#module(line, text)
    else this.#other(line, text)
  }

  end(): void {
    this.#messages.end()
    this.#close('none', undefined, 'cut')
  }

  #emit(fact: NewFact): void {
    const whole = Object.assign(fact, { at: this.#count++ }) as Fact
    this.#starts.hear(whole)
    this.#believed = believedAfter(this.#believed, whole)
    this.#tell(whole)
  }

  /** What a library could not use it prints a second time: `### Unhandled: *ATREADY: 1`. */
  #isToldAgain(text: string): boolean {
    const again = this.#lastUnmarked === text
    this.#lastUnmarked = undefined
    return again
  }

  /** Behind a prompt everything is data until its final result. */
  #isData(line: LogLine, text: string): boolean {
    const open = this.#open
    if (open?.wanted === undefined || !open.prompted || line.side === 'print') return false
    if (open.got >= open.wanted && isNearlyFinal(text)) return false
    if (isFinalText(text) || (open.got >= open.wanted && isReplyText(text))) return false
    if (line.side === 'module' && (isReplyText(text) || open.got >= open.wanted)) return false
    if (isCommandText(text) && text.length !== open.wanted) return false
    open.got = gotWith(open.got, open.wanted, line)
    return true
  }

  /** What the host sends for data though no prompt has come. */
  #isBlindData({ side, text: sent }: LogLine, text: string): boolean {
    const open = this.#open
    if (side !== 'host' || open?.wanted === undefined || open.prompted || open.heard || isCommandText(text))
      return false
    open.got += sent.length
    open.blind = true
    return true
  }

  #command(line: LogLine, text: string): void {
    const open = this.#open
    if (open && this.#isEcho(open, line, text)) return this.#echo(open, line, text)
    this.#close('none')
    const calls = callsOf(text)
    if (line.ms !== undefined)
      for (const { name } of calls) if (resultNames.has(name)) this.#commandMs.set(name, line.ms)
    this.#open = {
      line,
      from: this.#count,
      believed: this.#believed,
      calls,
      rows: [quote(line)],
      info: [],
      echoed: line.side === 'module',
      copies: 1,
      heard: false,
      prompted: false,
      wanted: promptDataOf(text)?.wanted,
      got: 0,
      blind: false,
    }
  }

  #echo(open: OpenCommand, line: LogLine, text: string): void {
    open.copies++
    open.echoed ||= line.side === 'module' || open.line.side !== line.side
    const own = open.line.text.trim()
    if (text === own) return
    // Of two that differ the longer one is whole.
    if (text.length > own.length)
      Object.assign(open, { calls: callsOf(text), wanted: promptDataOf(text)?.wanted, line: { ...open.line, text } })
    const [short, long] = text.length > own.length ? [own, text] : [text, own]
    this.#mangled(line, short, { meant: long, how: 'lost' })
  }

  /** The same line again: its echo, unless the log shows that commands are not doubled, or time has passed. */
  #isEcho(open: OpenCommand, line: LogLine, text: string): boolean {
    if (open.heard || open.copies >= Math.max(2, this.#copies) || !isSameLine(open.line.text.trim(), text)) return false
    if (line.side === 'host' && open.line.side === 'host' && (open.echoed || this.#hostCopies < 2)) return false
    if ((line.ms ?? 0) - (open.line.ms ?? 0) >= echoMs) return false
    return line.side !== open.line.side || this.#copies > 1
  }

  #module(line: LogLine, text: string): void {
    if (line.side === 'unknown') this.#lastUnmarked = text
    if (text.startsWith('>')) return this.#prompt(text)
    if (isFinalText(text)) return this.#close(endingOf(text), line)
    if (bootLines.has(text)) this.#boot(line, text)
    this.#named(line, text)
  }

  #prompt(text: string): void {
    if (!this.#open) return
    this.#open.prompted = true
    this.#open.heard = true
    this.#open.got += text.slice(1).trim().length
  }

  #boot(line: LogLine, text: string): void {
    const first = isRestart(text)
    if (first) this.#close('none')
    this.#emit({ kind: 'boot', text, first, ...this.#starts.since(line.ms), ...stand([quote(line)], line.ms) })
  }

  #named(line: LogLine, text: string): void {
    const name = nameOf(text) ?? text.split(',')[0]!.slice(0, longestName)
    const asked = this.#open?.calls.some((call) => call.name === name) ?? false
    if (asked || this.#wantsBare()) this.#inform(line, text)
    if (this.#result(line, text, name)) return
    if (this.#isMangled(line, text)) return
    const values = valuesIn(text)
    this.#emit({ kind: 'value', name, values, text, urc: !asked, ...stand([quote(line)], line.ms) })
  }

  #wantsBare(): boolean {
    return this.#open?.calls.some(({ name }) => bareInformation.has(name)) ?? false
  }

  #inform(line: LogLine, text: string): void {
    const open = this.#open!
    open.heard = true
    open.info.push(text)
    open.rows.push(quote(line))
  }

  #garbled(line: LogLine): void {
    this.#emit({ kind: 'garbled', text: line.text, ...stand([quote(line)], line.ms) })
  }

  #isMangled(line: LogLine, text: string): boolean {
    const mangled =
      this.#open || line.side === 'module' || text.startsWith('+')
        ? mangledLine(text, this.#open?.line.text.trim())
        : undefined
    if (mangled) this.#mangled(line, text, mangled)
    return mangled !== undefined
  }

  /** What is meant is clear all the same: it ends an answer, or tells a result. */
  #mangled(line: LogLine, text: string, mangled: MangledLine): void {
    const { meant, how } = mangled
    this.#emit({ kind: 'mangled', text, meant, how, ...stand([quote(line)], line.ms) })
    if (this.#open && isFinalText(meant)) this.#close(endingOf(meant), { ...line, text: meant })
    else if (resultNames.has(meant)) this.#result(line, text, meant, text.slice(text.indexOf(':')))
  }

  #received({ lines, topicLength, payloadLength, complete, text }: SeenMessage): void {
    const holdsCommand = commandIn.test(text)
    const [start, last] = [lines[0]!, lines.at(-1)!]
    this.#emit({
      kind: 'message',
      topicLength,
      payloadLength,
      complete,
      holdsCommand,
      text,
      ...stand([quote(start), quote(last)], last.ms),
    })
  }

  #result(line: LogLine, text: string, name: string, values = text.slice(name.length)): boolean {
    if (!resultNames.has(name) || this.#asks(name)) return false
    const numbers = /^ ?: ?(\d{1,3})(?:, ?(\d{1,3}))?\s*$/.exec(values)
    if (!numbers) return false
    const [, first, second] = numbers
    const withClient = second !== undefined && !/^\+CMQTTST/.test(name)
    const code = Number(withClient ? second : first)
    this.#emit({
      kind: 'result',
      name,
      code,
      ...(withClient && { client: Number(first) }),
      ...this.#sinceCommand(name, line.ms),
      ...(code !== 0 && { believed: this.#believedBefore(name) }),
      ...stand([quote(line)], line.ms),
    })
    return true
  }

  #sinceCommand(name: string, ms: number | undefined): { readonly afterMs?: number } {
    const begun = this.#commandMs.get(name)
    return ms === undefined || begun === undefined || ms < begun ? {} : { afterMs: ms - begun }
  }

  /** Before the command whose result comes. */
  #believedBefore(name: string): BelievedState {
    return this.#open?.calls.some((call) => call.name === name) ? this.#open.believed : this.#believed
  }

  /** `+CMQTTDISC: 0,1` answers a question by the same name: it is no result. */
  #asks(name: string): boolean {
    return (
      this.#open?.calls.some((call) => call.name === name && (call.form === 'read' || call.form === 'test')) ?? false
    )
  }

  #other(line: LogLine, text: string): void {
    if (hostStart.test(text)) this.#hostBoot(line, text)
    if (isGarbled(text)) return this.#garbled(line)
    if (line.side !== 'host' && this.#isMangled(line, text)) return
    if (this.#open && this.#wantsBare() && text.length < 120) this.#inform(line, text)
    else this.#print(line)
  }

  #hostBoot(line: LogLine, text: string): void {
    this.#open = undefined
    this.#emit({ kind: 'hostBoot', text, ...stand([quote(line)], line.ms) })
  }

  #print(line: LogLine): void {
    if (hostGone.test(line.text)) this.#close('none', undefined, 'over')
    if (this.#looksFor(line.text)) this.#emit({ kind: 'print', text: line.text, ...stand([quote(line)], line.ms) })
  }

  #close(ending: ExchangeEnding, final?: LogLine, after: After = 'more'): void {
    const open = this.#open
    this.#open = undefined
    if (!open && final) this.#emit({ kind: 'stray', text: final.text.trim(), ...stand([quote(final)], final.ms) })
    if (!open) return
    const rows = final ? [...open.rows, quote(final)] : open.rows
    const calls = ending === 'ok' || open.prompted ? meantCalls(open.calls) : open.calls
    for (const call of calls) this.#emit(exchangeOf(open, call, ending, rows, final, after))
  }
}
