import { bytesOf } from '../../at/syntax/bytes.ts'
import { isCertainlyCommand } from '../../at/syntax/certain-command.ts'
import { holdsKey, KeyWatch } from '../../at/syntax/key-watch.ts'
import { printableBytes } from '../../at/syntax/printable.ts'
import { hidden } from '../../at/syntax/redact.ts'
import { SaidKeys } from '../../at/syntax/said-keys.ts'
import type { Span } from '../../at/syntax/secret-values.ts'
import { isUnfinished, leadsToSecret, loginsIn } from '../../at/syntax/text-secrets.ts'
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

/** A sentence about some rows: without the values that must not be shown of them. */
export function shownSentence(sentence: string, rows: readonly QuotedRow[]): string {
  const mask = new LogMask()
  for (const row of rows) mask.learn(row)
  return mask.sentence(sentence)
}

class LogMask {
  readonly #finder = new SecretFinder()
  readonly #typedKeys = new KeyWatch()
  readonly #saidKeys = new SaidKeys()
  /** The command before it, which a line end in it may have cut off. */
  #before = ''

  learn(row: QuotedRow): readonly Span[] {
    return this.#finder.find(row.text, isCommand(row) ? 'command' : 'module')
  }

  shown(row: QuotedRow): QuotedRow {
    const secrets = [...this.#keysIn(row), ...this.learn(row), ...loginsIn(row.text), ...this.#restIn(row)]
    return { ...row, text: printableBytes(bytesOf(without(row.text, secrets))) }
  }

  sentence(text: string): string {
    return without(text, [...this.#finder.known(text), ...loginsIn(text)])
  }

  /** All of a row that may be the rest of a command with a secret. */
  #restIn(row: QuotedRow): readonly Span[] {
    const text = row.text.trim()
    const before = this.#before
    if (row.side === 'module' || isReplyText(text)) return []
    if (isCommand(row)) this.#before = text
    // Whatever a program prints may be in a row that no side is known of: there only the next one counts.
    else if (row.side !== 'host') this.#before = ''
    const mayBeRest = row.side === 'host' ? leadsToSecret(before) : isUnfinished(before)
    return !isCommand(row) && before !== '' && mayBeRest ? [{ from: 0, to: row.text.length }] : []
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
