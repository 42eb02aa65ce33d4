import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'

/** What came back for a command; without `final` nothing that ends an answer came in time. */
export interface SuiteAnswer {
  readonly lines: readonly string[]
  readonly final: string | undefined
}

/** What a module says instead of an answer. */
export type Heard =
  | { readonly kind: 'nothing' | 'echo' | 'end' }
  /** `line`: the last one, one character a byte. */
  | { readonly kind: 'other'; readonly line: string }

const longestShown = 60
/** Characters of what came; of more the end is enough. */
const mostKept = 1 << 18

const finals = /^(OK|ERROR|\+CM[ES] ERROR: .*|[04])$/

/** Sends commands to a module between two cases; parses only where an answer ends. */
export class SuiteChat {
  readonly #stream: ByteStream
  readonly #clock: Clock
  #text = ''
  #wake = (): void => {}
  #hangsUp = false

  constructor(stream: ByteStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    stream.start({
      data: (bytes) => {
        this.#text = (this.#text + textOf(bytes)).slice(-mostKept)
        this.#wake()
      },
      presence: (present) => {
        if (!present) this.#hangsUp = true
      },
    })
  }

  send(text: string): void {
    this.#stream.write(bytesOf(text))
  }

  /** Sends a command and waits for its final result; what came before is forgotten. */
  async ask(command: string, limitMs: number): Promise<SuiteAnswer> {
    this.#text = ''
    this.send(`${command}\r`)
    const found = await this.#until(() => this.#lines().findIndex((line) => finals.test(line)), limitMs)
    const lines = this.#lines().filter((line) => line !== '' && !line.startsWith(command))
    const end = lines.findIndex((line) => finals.test(line))
    return found < 0 ? { lines, final: undefined } : { lines: lines.slice(0, end), final: lines[end] }
  }

  /** Waits for a line, also one that has come since the last command was sent. False when it does not come. */
  async line(pattern: RegExp, limitMs: number): Promise<boolean> {
    return (await this.#until(() => this.#lines().findIndex((line) => pattern.test(line)), limitMs)) >= 0
  }

  /** Waits until nothing has come for `quietMs`, at most for `limitMs`. */
  async quiet(quietMs: number, limitMs: number): Promise<void> {
    const end = this.#clock.now() + limitMs
    while (this.#clock.now() < end && (await this.#more(quietMs))) {}
  }

  /** What has come since a command was sent that has no answer. */
  heard(command: string): Heard {
    const others = this.#text.split(/[\r\n]+/).filter((line) => line !== '' && line !== command)
    if (others.length > 0) return { kind: 'other', line: others.at(-1)!.slice(0, longestShown) }
    if (this.#hangsUp) return { kind: 'end' }
    return { kind: this.#text.includes(command) ? 'echo' : 'nothing' }
  }

  /** Lines that are complete. */
  #lines(): readonly string[] {
    return this.#text
      .split(/\r?\n/)
      .slice(0, -1)
      .map((line) => line.replace(/^.*\r/, ''))
  }

  async #until(find: () => number, limitMs: number): Promise<number> {
    const end = this.#clock.now() + limitMs
    for (;;) {
      const found = find()
      const left = end - this.#clock.now()
      if (found >= 0 || left <= 0 || !(await this.#more(left))) return found
    }
  }

  #more(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => resolve(false))
      this.#wake = () => {
        cancel()
        resolve(true)
      }
    })
  }
}
