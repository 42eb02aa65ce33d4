import type { Side } from './recorded-text.ts'

/** So much is kept back at most, while the state of echo is not known. */
const longestWait = 65_536

/**
 * The beginning of a recording: `@strict`, and in which state the module's echo was, as its answer to the first command
 * shows. What comes until then waits.
 */
export class RecordingHead {
  readonly #write: (text: string) => void
  /** Undefined: it is known, or has been given up. */
  #waiting: string | undefined = ''
  #command: string | undefined

  constructor(write: (text: string) => void) {
    this.#write = write
    write('@strict\n')
  }

  /** `unit`: what was said, one character a byte; `text`: how it is written. */
  write(side: Side, unit: string, text: string): void {
    if (this.#waiting === undefined) return this.#write(text)
    this.#waiting += text
    if (this.#waiting.length > longestWait) this.flush()
    else if (side === 'host' && /^at.*\r$/i.test(unit)) this.#command = unit
    else if (this.#command !== undefined && isEcho(unit, this.#command)) this.#begin('@echo on\n')
    else if (this.#command !== undefined && isFinal(unit)) this.#begin('@echo off\n')
  }

  /** Writes what has waited; the state of echo stays unknown. */
  flush(): void {
    this.#begin('')
  }

  #begin(echo: string): void {
    if (this.#waiting === undefined) return
    const text = echo + this.#waiting
    this.#waiting = undefined
    if (text !== '') this.#write(text)
  }
}

/** A URC may have cut it: then its beginning is a line. */
const isEcho = (unit: string, command: string): boolean =>
  unit === command || (/^a/i.test(unit) && command.startsWith(unit.replace(/\r\n$/, '')))

const isFinal = (unit: string): boolean => /^(OK|ERROR|\+CM[ES] ERROR:.*)\r\n$/.test(unit)
