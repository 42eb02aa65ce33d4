import { urcs } from '../urcs.ts'
import { KeyWatch } from './key-watch.ts'
import type { Span } from './secret-values.ts'

/** The line behind a received message. */
const messageEnd = new RegExp(`^\\${urcs.receiveEnd.name}: \\d`)
/** A line of the module's own: it stands between the parts of a message. */
const own = /^(?:\+[A-Z]{2,24}(?:: [\d,]*)?|OK|ERROR)\r?\n?$/

/** Finds private keys in what a module says, such as a received message. Takes one line, or a part of one, after the other. */
export class SaidKeys {
  #watch = new KeyWatch()

  take(line: string): readonly Span[] {
    if (messageEnd.test(line)) this.#watch = new KeyWatch()
    return own.test(line) ? [] : this.#watch.take(line, 'data')
  }

  /** In a text of several lines. */
  inText(text: string): readonly Span[] {
    let at = 0
    return text.split(/(?<=\n)/).flatMap((line) => {
      const from = at
      at += line.length
      return this.take(line).map((span) => ({ from: span.from + from, to: span.to + from }))
    })
  }
}
