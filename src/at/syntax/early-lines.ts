import { isCertainlyCommand } from './certain-command.ts'
import { commandBeginning } from './command-secrets.ts'
import { takesSecretData } from './near-name.ts'
import type { Span } from './secret-values.ts'
import { leadsToSecret } from './text-secrets.ts'

/** More than a command line has. */
const longestLine = 4096

/**
 * Lines of data that stand behind a command with secrets in the same data: a host has sent it too early, and the line behind
 * it may be its secret, or the rest of it. So are further ones, up to a command.
 */
export class EarlyLines {
  #line = ''
  #isBehind = false

  /** Which characters of a part of the data are of such lines; line ends are not. */
  take(text: string): readonly Span[] {
    const spans: Span[] = []
    for (let from = 0; from <= text.length; ) {
      const to = lineEnd(text, from)
      if (this.#isBehind && to > from) spans.push({ from, to })
      this.#line = (this.#line + text.slice(from, to)).slice(0, longestLine)
      if (to < text.length) this.#lineEnds()
      from = to + 1
    }
    return spans
  }

  /** Data are complete. */
  end(): readonly Span[] {
    this.#line = ''
    this.#isBehind = false
    return []
  }

  /** CR LF is one end. */
  #lineEnds(): void {
    const line = this.#line
    this.#line = ''
    if (line === '') return
    const isEarly = commandBeginning.test(line) && (takesSecretData(line) || leadsToSecret(line))
    this.#isBehind = isEarly || (this.#isBehind && !isCertainlyCommand(line))
  }
}

function lineEnd(text: string, from: number): number {
  const end = /[\r\n]/g
  end.lastIndex = from
  return end.exec(text)?.index ?? text.length
}
