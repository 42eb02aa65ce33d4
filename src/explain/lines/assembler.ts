import type { LogSide, Piece } from '../readers/reader.ts'
import { commandInside, isCommandText } from './grammar.ts'
import type { LogLine } from './line.ts'

interface Pending {
  text: string
  firstRow: number
  row: number
  ms: number | undefined
}

const longestLine = 1 << 15
const pauseMs = 1500

/** Puts lines together from the pieces of a log: for each side its own, for a log may show both sides in turn. */
export class LineAssembler {
  readonly #take: (line: LogLine) => void
  readonly #pending = new Map<LogSide, Pending>()
  /** The last side ended a line with CR: an LF belongs to it. */
  readonly #afterCr = new Set<LogSide>()

  constructor(take: (line: LogLine) => void) {
    this.#take = take
  }

  feed(piece: Piece, row: number): void {
    const { side } = piece
    if (side === 'host') this.#flush('module')
    else if (side === 'module') this.#flushHost()
    const text = this.#afterCr.has(side) && piece.text.startsWith('\n') ? piece.text.slice(1) : piece.text
    if (piece.text !== '') this.#afterCr.delete(side)
    this.#split(piece, text, row)
  }

  #split(piece: Piece, text: string, row: number): void {
    const { side } = piece
    if (this.#isLate(side, piece.ms) || (side === 'host' && isCommandText(text.trim()))) this.#flush(side)
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const length = endAt(text, at)
      if (length === 0) continue
      this.#append(side, text.slice(from, at), row, piece.ms)
      this.#flush(side, length === 2 ? 'crlf' : text[at] === '\r' ? 'cr' : 'lf')
      from = at + length
      at = from - 1
    }
    this.#append(side, text.slice(from), row, piece.ms)
    if (piece.whole) this.#flush(side)
    else if (text.endsWith('\r')) this.#afterCr.add(side)
    this.#flushPrompt(side)
  }

  /** What comes after a pause goes on with nothing. */
  #isLate(side: LogSide, ms: number | undefined): boolean {
    const last = this.#pending.get(side)?.ms
    return ms !== undefined && last !== undefined && ms - last > pauseMs
  }

  #append(side: LogSide, text: string, row: number, ms: number | undefined): void {
    const pending = this.#pending.get(side)
    if (!pending) {
      if (text !== '') this.#pending.set(side, { text, firstRow: row, row, ms })
      return
    }
    if (text === '') return
    pending.text += text
    pending.row = row
    pending.ms = ms ?? pending.ms
    if (pending.text.length > longestLine) this.#flush(side)
  }

  /** A prompt has no line end. */
  #flushPrompt(side: LogSide): void {
    if (side !== 'host' && /^>\s*$/.test(this.#pending.get(side)?.text ?? '')) this.#flush(side)
  }

  /** A command whose line end the log does not show ends where the module begins to speak. */
  #flushHost(): void {
    this.#flush('host', 'none')
  }

  #flush(side: LogSide, end?: LogLine['end']): void {
    const pending = this.#pending.get(side)
    if (!pending) return
    this.#pending.delete(side)
    const { firstRow, row, ms } = pending
    for (const text of glued(pending.text, side)) this.#take({ side, text, row, firstRow, ms, end })
  }

  end(): void {
    for (const side of [...this.#pending.keys()]) this.#flush(side)
  }
}

const [cr, lf] = [0x0d, 0x0a]

/** How long the line end is that stands there; 0: none does. */
function endAt(text: string, at: number): 0 | 1 | 2 {
  const code = text.charCodeAt(at)
  if (code === lf) return 1
  return code !== cr ? 0 : text.charCodeAt(at + 1) === lf ? 2 : 1
}

/** What no text that begins otherwise has behind it. */
const beginsUrc = /^[SPC*Q+]/
const urcBehind = /^(SMS DONE|PB DONE|SMS Ready|Call Ready|\*ATREADY: 1|QCRDY|\+NETOPEN: \d|\+CPIN: READY)(?=[A-Za-z[])/

/** `OK +CMQTTSTART: 0`, `+CMQTTPUB: 0,11 ERROR`: a library has put a space in place of the line end. */
const finalBeside = /^(OK|ERROR) {1,4}(\+[A-Z]{2,20}: .*)$/
const finalBehind = /^(\+[A-Z]{2,20}: ?[^+]*[^ +]) {1,4}(OK|ERROR)$/

/** Texts that a log shows in one row though they are several: `+NETOPEN: 0AT+IPADDR`. */
function glued(text: string, side: LogSide): readonly string[] {
  if (side === 'host' || text === '') return text === '' ? [] : [text]
  const urc = beginsUrc.test(text) ? urcBehind.exec(text)?.[1] : undefined
  if (urc) return [urc, ...glued(text.slice(urc.length), side)]
  const [, one, other] = finalBeside.exec(text) ?? finalBehind.exec(text) ?? []
  if (one !== undefined && other !== undefined) return [one, other]
  const at = isCommandText(text) ? -1 : commandInside(text)
  return at > 0 ? [text.slice(0, at), text.slice(at)] : [text]
}
