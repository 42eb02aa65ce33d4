import { holdsKey, isCertainlyCommand, KeyWatch } from '../../at/syntax/key-watch.ts'
import { hidden } from '../../at/syntax/redact.ts'
import { SaidKeys } from '../../at/syntax/said-keys.ts'
import type { Span } from '../../at/syntax/secret-values.ts'
import { SecretFinder } from '../../recording/secrets.ts'
import type { QuotedRow } from '../facts/fact.ts'
import { isCommandText, isReplyText } from '../lines/grammar.ts'

/**
 * Takes out of the rows of a log, in their order, what must not be shown: passwords, PINs, private keys, numbers of devices
 * and SIMs; and a value that was found once, wherever it comes again.
 */
export class LogMask {
  readonly #finder = new SecretFinder()
  readonly #typedKeys = new KeyWatch()
  readonly #saidKeys = new SaidKeys()

  mask(row: QuotedRow): QuotedRow {
    const { text } = row
    const isCommand = row.side !== 'module' && isCommandText(text.trim())
    const found = this.#finder.find(text, isCommand ? 'command' : 'module')
    return { ...row, text: without(text, [...this.#keysIn(row, isCommand), ...found]) }
  }

  #keysIn({ side, text }: QuotedRow, isCommand: boolean): readonly Span[] {
    if (side === 'module' || isReplyText(text.trim())) return this.#saidKeys.take(`${text}\n`)
    const keys = this.#typedKeys.take(`${text}\r`, isCommand ? 'command' : 'data')
    return isCommand && isCertainlyCommand(text.trim()) && !holdsKey(text) ? [] : keys
  }
}

function without(text: string, spans: readonly Span[]): string {
  const parts: string[] = []
  let at = 0
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from || other.to - one.to)) {
    if (to <= at) continue
    if (from >= at) parts.push(text.slice(at, from), hidden)
    at = Math.min(to, text.length)
  }
  return parts.join('') + text.slice(at)
}
