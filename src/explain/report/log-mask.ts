import { bytesOf } from '../../at/syntax/bytes.ts'
import { holdsKey, isCertainlyCommand, KeyWatch } from '../../at/syntax/key-watch.ts'
import { printableBytes } from '../../at/syntax/printable.ts'
import { hidden } from '../../at/syntax/redact.ts'
import { SaidKeys } from '../../at/syntax/said-keys.ts'
import type { Span } from '../../at/syntax/secret-values.ts'
import { SecretFinder } from '../../recording/secrets.ts'
import type { QuotedRow } from '../facts/fact.ts'
import { isCommandText, isReplyText } from '../lines/grammar.ts'

/**
 * Rows of a log, in their order, as text to show: UTF-8, control characters as `\r` and `\xNN`, and `***` for what must not
 * be shown: passwords, PINs, private keys, numbers of devices and SIMs; and a value that stands in one of the rows, wherever
 * it stands in the others.
 */
export function shownRows(rows: readonly QuotedRow[]): readonly QuotedRow[] {
  const mask = new LogMask()
  for (const row of rows) mask.learn(row)
  return rows.map((row) => mask.shown(row))
}

class LogMask {
  readonly #finder = new SecretFinder()
  readonly #typedKeys = new KeyWatch()
  readonly #saidKeys = new SaidKeys()

  learn(row: QuotedRow): readonly Span[] {
    return this.#finder.find(row.text, isCommand(row) ? 'command' : 'module')
  }

  shown(row: QuotedRow): QuotedRow {
    const secrets = [...this.#keysIn(row), ...this.learn(row)]
    return { ...row, text: printableBytes(bytesOf(without(row.text, secrets))) }
  }

  #keysIn(row: QuotedRow): readonly Span[] {
    const { side, text } = row
    if (side === 'module' || isReplyText(text.trim())) return this.#saidKeys.take(`${text}\n`)
    const keys = this.#typedKeys.take(`${text}\r`, isCommand(row) ? 'command' : 'data')
    return isCommand(row) && isCertainlyCommand(text.trim()) && !holdsKey(text) ? [] : keys
  }
}

const isCommand = ({ side, text }: QuotedRow): boolean => side !== 'module' && isCommandText(text.trim())

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
