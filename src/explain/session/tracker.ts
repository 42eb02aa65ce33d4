import { everyCommand } from '../../at/commands/every-command.ts'
import { promptDataOf } from '../../at/commands/prompts.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import { isRestart, nameOf, urcs } from '../../at/urcs.ts'
import type { Exchange, ExchangeEnding, Fact, QuotedRow } from '../facts/fact.ts'
import { isCommandText, isFinalText, isReplyText } from '../lines/grammar.ts'
import type { LogLine } from '../lines/line.ts'
import { type Call, callsOf, valuesIn } from './command-text.ts'

/** A command that has no final result yet. */
interface OpenCommand {
  readonly line: LogLine
  readonly calls: readonly Call[]
  readonly rows: QuotedRow[]
  readonly info: string[]
  echoed: boolean
  heard: boolean
  prompted: boolean
  readonly wanted: number | undefined
  got: number
}

type NewFact = Fact extends infer F ? (F extends Fact ? Omit<F, 'at'> : never) : never

const bootLines: ReadonlySet<string> = new Set(
  Object.values(profiles).flatMap(({ boot, restartBoot }) => [...boot, ...(restartBoot ?? [])].map(({ text }) => text)),
)
const hostStart =
  /rst:0x[0-9a-f]+ \(|^ets [A-Z][a-z]{2} +\d+ \d{4}|Brownout detector|Guru Meditation|\bboot: ESP-IDF|\*\*\* Booting Zephyr/
/** Commands whose information has no name in front. */
const bareInformation = new Set([
  'I',
  '+CGMI',
  '+CGMM',
  '+CGMR',
  '+CGSN',
  '+GSN',
  '+CIMI',
  '+SIMCOMATI',
  '+GMR',
  '+GMM',
  '+GMI',
  '&V',
])
const socketResults = new Set(['+NETOPEN', '+NETCLOSE', '+CIPOPEN', '+CIPCLOSE', '+CNTP', '+CCHOPEN', '+CDNSGIP'])
const resultNames: ReadonlySet<string> = new Set([
  ...everyCommand.filter(({ cite }) => cite.startsWith('2.2.') || cite === 'siblings').map(({ name }) => name),
  ...socketResults,
])
const quoteLength = 300
/** Behind so many ms the same command line again is a new one, not its echo. */
const echoMs = 900

/** Follows the dialogue of a log, line by line, and tells what happened in it as facts. */
export class SessionTracker {
  readonly #tell: (fact: Fact) => void
  readonly #looksFor: (text: string) => boolean
  #open: OpenCommand | undefined
  #count = 0
  /** Bytes of a received message that are still to come. */
  #message = 0

  /** `tell` is called with each fact; `looksFor`: whether a rule looks for such a text of the host. */
  constructor(tell: (fact: Fact) => void, looksFor: (text: string) => boolean) {
    this.#tell = tell
    this.#looksFor = looksFor
  }

  take(line: LogLine): void {
    const text = line.text.trim()
    if (text === '') return
    if (this.#message > 0 && this.#takeMessage(line)) return
    if (this.#isData(line, text)) return
    if (line.side === 'print') this.#print(line)
    else if (isCommandText(text)) this.#command(line, text)
    else if (line.side !== 'host' && isReplyText(text)) this.#module(line, text)
    else this.#other(line, text)
  }

  end(): void {
    this.#close('none', undefined, true)
  }

  #emit(fact: NewFact): void {
    this.#tell({ ...fact, at: this.#count++ } as Fact)
  }

  /** Behind a prompt everything is data until its final result. */
  #isData(line: LogLine, text: string): boolean {
    const open = this.#open
    if (open?.wanted === undefined || !open.prompted || line.side === 'print') return false
    if (isFinalText(text) || (open.got >= open.wanted && isReplyText(text))) return false
    if (line.side === 'module' && (isReplyText(text) || open.got >= open.wanted)) return false
    if (isCommandText(text) && text.length !== open.wanted) return false
    open.got += line.text.length
    open.rows.push(quote(line))
    return true
  }

  #takeMessage(line: LogLine): boolean {
    if (line.text.startsWith(urcs.receiveEnd.name) || line.text.startsWith(urcs.receiveTopic.name)) this.#message = 0
    if (line.side === 'host' || line.text.startsWith('+CMQTTRX')) return false
    this.#message -= line.text.length + 2
    return true
  }

  #command(line: LogLine, text: string): void {
    if (this.#isEcho(line, text)) {
      this.#open!.echoed = true
      return
    }
    this.#close('none')
    this.#open = {
      line,
      calls: callsOf(text),
      rows: [quote(line)],
      info: [],
      echoed: false,
      heard: false,
      prompted: false,
      wanted: promptDataOf(text)?.wanted,
      got: 0,
    }
  }

  #isEcho(line: LogLine, text: string): boolean {
    const open = this.#open
    if (!open || open.heard || open.echoed || open.line.text.trim() !== text) return false
    if (line.side === 'host' && open.line.side === 'host') return false
    return (line.ms ?? 0) - (open.line.ms ?? 0) < echoMs
  }

  #module(line: LogLine, text: string): void {
    const open = this.#open
    if (open) open.heard = true
    if (text.startsWith('>')) return this.#prompt(text)
    if (isFinalText(text)) return this.#close(endingOf(text), line)
    if (bootLines.has(text)) this.#boot(line, text)
    this.#named(line, text)
  }

  #prompt(text: string): void {
    if (!this.#open) return
    this.#open.prompted = true
    this.#open.got += text.slice(1).trim().length
  }

  #boot(line: LogLine, text: string): void {
    const first = isRestart(text)
    if (first) this.#close('none')
    this.#emit({ kind: 'boot', text, first, ...stand([quote(line)], line.ms) })
  }

  #named(line: LogLine, text: string): void {
    const name = nameOf(text) ?? text
    const asked = this.#open?.calls.some((call) => call.name === name) ?? false
    if (asked || this.#wantsBare()) this.#inform(line, text)
    this.#result(line, text, name)
    const values = valuesIn(text)
    if (name.startsWith('+CMQTTRX')) this.#message = messageLength(name, values)
    this.#emit({ kind: 'value', name, values, text, urc: !asked, ...stand([quote(line)], line.ms) })
  }

  #wantsBare(): boolean {
    return this.#open?.calls.some(({ name }) => bareInformation.has(name)) ?? false
  }

  #inform(line: LogLine, text: string): void {
    const open = this.#open!
    open.info.push(text)
    open.rows.push(quote(line))
  }

  #result(line: LogLine, text: string, name: string): void {
    if (!resultNames.has(name) || this.#asks(name)) return
    const numbers = /^: ?(\d{1,3})(?:,(\d{1,3}))?\s*$/.exec(text.slice(name.length))
    if (!numbers) return
    const [, first, second] = numbers
    const withClient = second !== undefined && !/^\+CMQTTST/.test(name)
    const code = Number(withClient ? second : first)
    this.#emit({
      kind: 'result',
      name,
      code,
      ...(withClient && { client: Number(first) }),
      ...stand([quote(line)], line.ms),
    })
  }

  /** `+CMQTTDISC: 0,1` answers a question by the same name: it is no result. */
  #asks(name: string): boolean {
    return (
      this.#open?.calls.some((call) => call.name === name && (call.form === 'read' || call.form === 'test')) ?? false
    )
  }

  #other(line: LogLine, text: string): void {
    if (hostStart.test(text)) this.#hostBoot(line, text)
    if (this.#open && this.#wantsBare() && text.length < 120) this.#inform(line, text)
    else this.#print(line)
  }

  #hostBoot(line: LogLine, text: string): void {
    this.#open = undefined
    this.#emit({ kind: 'hostBoot', text, ...stand([quote(line)], line.ms) })
  }

  #print(line: LogLine): void {
    if (this.#looksFor(line.text)) this.#emit({ kind: 'print', text: line.text, ...stand([quote(line)], line.ms) })
  }

  #close(ending: ExchangeEnding, final?: LogLine, last = false): void {
    const open = this.#open
    this.#open = undefined
    if (!open) return
    const rows = final ? [...open.rows, quote(final)] : open.rows
    for (const call of open.calls) this.#emit(exchangeOf(open, call, ending, rows, final, last))
  }
}

function exchangeOf(
  open: OpenCommand,
  { name, form, args }: Call,
  ending: ExchangeEnding,
  rows: readonly QuotedRow[],
  final: LogLine | undefined,
  last: boolean,
): Omit<Exchange, 'at'> {
  const { line, heard, info, echoed, prompted, wanted, got } = open
  const tookMs = final?.ms !== undefined && line.ms !== undefined ? final.ms - line.ms : undefined
  return {
    kind: 'exchange',
    name,
    form,
    args,
    line: line.text.trim(),
    ending,
    heard,
    info,
    echoed,
    prompted,
    got,
    last,
    ...(wanted !== undefined && { wanted }),
    ...(tookMs !== undefined && tookMs >= 0 && { tookMs }),
    ...(final && errorOf(final.text)),
    ...stand(rows, final?.ms ?? line.ms),
  }
}

const stand = (rows: readonly QuotedRow[], ms: number | undefined) => ({ rows, ...(ms !== undefined && { ms }) })

const quote = ({ row, side, text }: LogLine): QuotedRow => ({ row, side, text: text.slice(0, quoteLength) })

function endingOf(text: string): ExchangeEnding {
  if (text === 'OK') return 'ok'
  if (text.startsWith('+CME')) return 'cme'
  if (text.startsWith('+CMS')) return 'cms'
  return text === 'ERROR' ? 'error' : 'other'
}

function errorOf(text: string): { readonly code?: number; readonly words?: string } {
  const said = /^\s*\+CM[ES] ERROR\s*:\s*(.*)$/.exec(text)?.[1]?.trim()
  if (said === undefined) return {}
  return /^\d+$/.test(said) ? { code: Number(said) } : { words: said }
}

function messageLength(name: string, values: readonly string[]): number {
  if (name !== urcs.receiveTopic.name && name !== urcs.receivePayload.name) return 0
  return Number(values[1] ?? 0) || 0
}
