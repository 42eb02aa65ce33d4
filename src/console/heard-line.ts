import { promptDataOf } from '../at/commands/prompts.ts'
import { announcedData } from '../at/syntax/received-data.ts'
import { LineRedactor } from '../at/syntax/redact.ts'
import type { CarriedPart } from '../control/public.ts'

/** A part of what was heard, without its secrets. */
export interface HeardPart {
  readonly direction: 'in' | 'out'
  readonly part: CarriedPart
  readonly text: string
  readonly ends: boolean
}

const prompt = /(?:^|\n)> ?(?:\r?\n)?$/
/** More is no data of a message: bytes were lost. */
const mostAnnounced = 65_536

/** Tells what is what on a line of which only the bytes are known: of a log, or of a real module. */
export class HeardLine {
  readonly #give: (part: HeardPart) => void
  readonly #host = new LineRedactor()
  readonly #echoed = new LineRedactor()
  readonly #said = new LineRedactor()
  #command = ''
  /** Bytes that the prompt still wants. */
  #wanted = 0
  /** What the host has typed and the module may echo. */
  #echo = ''
  #echoIs: 'command' | 'data' = 'command'
  /** Bytes of a received message that are still to come. */
  #announced = 0

  constructor(give: (part: HeardPart) => void) {
    this.#give = give
  }

  /** One character a byte, with line ends. */
  host(text: string): void {
    const data = text.slice(0, this.#wanted)
    const typed = text.slice(data.length)
    this.#wanted -= data.length
    if (data !== '') this.#typed('data', data, this.#wanted === 0)
    if (typed !== '') this.#typed('command', typed, false)
    if (typed.includes('\r')) this.#command = typed
  }

  module(text: string): void {
    const said = this.#withoutEcho(text)
    if (said === '') return
    const data = said.slice(0, this.#announced)
    this.#announced -= data.length
    if (data !== '') this.#tell('out', 'received', data, this.#announced === 0)
    const rest = said.slice(data.length)
    if (rest !== '') this.#says(rest)
  }

  #typed(part: 'command' | 'data', text: string, ends: boolean): void {
    if (this.#echoIs !== part) this.#echo = ''
    this.#echoIs = part
    this.#echo += text
    const shown = this.#host.take(text, [{ from: 0, to: text.length, as: part, ends }])
    if (shown !== '' || ends) this.#give({ direction: 'in', part, text: shown, ends })
  }

  /** What stands behind the echo of what was typed. */
  #withoutEcho(text: string): string {
    let length = 0
    while (length < text.length && length < this.#echo.length && text[length] === this.#echo[length]) length++
    if (length < Math.min(text.length, this.#echo.length)) length = 0
    if (length === 0) {
      this.#echo = ''
      return text
    }
    this.#echo = this.#echo.slice(length)
    const ends = this.#echo === '' && this.#echoIs === 'data'
    const span = { from: 0, to: length, as: this.#echoIs, ends }
    const shown = this.#echoed.take(text.slice(0, length), [span])
    if (shown !== '') this.#give({ direction: 'out', part: this.#echoIs, text: shown, ends })
    return text.slice(length)
  }

  #says(text: string): void {
    if (prompt.test(text)) this.#wanted = promptDataOf(this.#command.trim())?.wanted ?? 0
    if (text.includes('ERROR')) this.#wanted = 0
    this.#announced = Math.min(mostAnnounced, announcedData(text.trim())?.wanted ?? 0)
    this.#tell('out', 'said', text, text.trim() !== '' && text.endsWith('\n'))
  }

  #tell(direction: 'in' | 'out', part: 'said' | 'received', text: string, ends: boolean): void {
    const shown = this.#said.take(text, [{ from: 0, to: text.length, as: 'said' }])
    this.#give({ direction, part, text: shown, ends })
  }
}
