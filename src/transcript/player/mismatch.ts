import { isFinalResult } from '../../at/profiles/replies.ts'
import { bytesOf, concat, escapeBytes, textOf } from '../../at/syntax/bytes.ts'
import { isCertainlyCommand } from '../../at/syntax/certain-command.ts'
import { withoutKeys } from '../../at/syntax/key-watch.ts'
import { hidden, redactLine, starredTemplate } from '../../at/syntax/redact.ts'
import { leadsToSecret } from '../../at/syntax/text-secrets.ts'
import { isKnownUrc } from '../../at/urcs.ts'
import type { Pattern } from '../language/pattern.ts'
import type { BlockItem, Step } from '../language/transcript.ts'
import { type Row, TranscriptMismatch } from '../language/transcript-error.ts'
import type { Awaited, Expected, PlayReader } from './reader-state.ts'

/** The state of the exchange at a mismatch. */
export interface PlayExchange extends PlayReader {
  readonly lastSent: Uint8Array | undefined
  /** The rows that matched since the last step that sent something. */
  readonly rows: readonly Row[]
  /** The steps behind the one that differs. */
  readonly ahead: readonly Step[]
}

const shownBytes = 400
const searchedBytes = 16_384
const rowsBehind = 6

/** The error for received bytes, or missing ones, that differ from what was expected. */
export function mismatch(exchange: PlayExchange, expected: Expected | Awaited['step'], reason?: string) {
  const { inbox, awaited, lastSent } = exchange
  const begun = awaited.find(({ read }) => read > 0)
  const step = begun ? { ...begun.step, line: begun.step.line + begun.read } : expected
  const alternatives = begun ? [patternText(begun.step.items[begun.read]!.pattern)] : expectations(expected, awaited)
  const wanted = [...new Set(alternatives)].join(' or ')
  return new TranscriptMismatch(step, {
    expected: wanted,
    got: shown(inbox.unread()),
    lastSent: lastSent && shown(lastSent),
    rows: rowsOf(exchange, wanted),
    ...(reason && { reason }),
  })
}

function expectations(expected: Expected | Awaited['step'], awaited: readonly Awaited[]): readonly string[] {
  if (expected.kind === 'anyTime') return [itemText(expected.items[0]!)]
  const later = awaited.map(({ step }) => itemText(step.items[0]!))
  return expected.kind === 'settle' ? later : [expectationText(expected), ...later]
}

/** What a step that receives waits for, in a word. */
export function expectationText(expected: Expected): string {
  if (expected.kind === 'prompt') return expected.strict ? '\\r\\n>' : 'the prompt >'
  if (expected.kind === 'end' || expected.kind === 'settle') return 'nothing more'
  if (expected.kind === 'bytes') return patternText(expected.pattern)
  return patternText(expected.pattern) + (expected.strict ? '\\r\\n' : '')
}

export const itemText = ({ pattern }: BlockItem): string => patternText(pattern)

/** Bytes have been read from their escapes, so they are shown from the pieces. Reports end up in logs: secrets are stars. */
export function patternText({ pieces }: Pattern): string {
  const text = pieces.map(pieceText).join('')
  return escapeBytes(bytesOf(starredTemplate(text)))
}

function pieceText(piece: Pattern['pieces'][number]): string {
  if (piece.kind === 'text') return piece.text
  if (piece.kind === 'any') return '{*}'
  if (piece.kind === 'range') return `{${piece.low}-${piece.high}}`
  return piece.length === undefined ? `{${piece.name}}` : `{${piece.name}:${piece.length}}`
}

/** The two columns: what fitted, where it differs, and what stands behind on either side. */
function rowsOf({ inbox, rows, ahead }: PlayExchange, wanted: string): readonly Row[] {
  const [got = '', ...gotBehind] = segments(withoutKeys(textOf(concat([inbox.takeRead(), inbox.unread()]))))
  const next = ahead.findIndex(isSending)
  const behind = (next < 0 ? ahead : ahead.slice(0, next)).flatMap(receivedText)
  const pairs = Array.from({ length: Math.min(rowsBehind, Math.max(behind.length, gotBehind.length)) }, (_, i): Row => {
    const [expected, text] = [behind[i], gotBehind[i]]
    return { state: 'behind', ...(expected !== undefined && { expected }), ...(text !== undefined && { got: text }) }
  })
  return [...rows, { state: 'differs', expected: wanted, got }, ...pairs]
}

const isSending = ({ kind }: Step): boolean => kind === 'send' || kind === 'sendBytes'

function receivedText(step: Step): readonly string[] {
  if (step.kind === 'anyTime') return step.items.map(itemText)
  return step.kind === 'line' || step.kind === 'bytes' || step.kind === 'prompt' ? [expectationText(step)] : []
}

/** Lines with the empty ones before them, escaped. */
function segments(text: string): readonly string[] {
  const lines = text.match(/(?:\r\n)*(?:(?!\r\n)[\s\S])+(?:\r\n)?|(?:\r\n)+/g) ?? []
  return lines.map((line) => shown(bytesOf(line)))
}

/** Reports end up in logs: the passwords and keys of what was sent, and of its echo, are left out. */
export function shown(bytes: Uint8Array): string {
  // A secret is found by what stands behind it too.
  const text = withoutSecrets(textOf(bytes.subarray(0, searchedBytes)))
  const start = escapeBytes(bytesOf(text.slice(0, shownBytes)))
  return bytes.length > shownBytes ? `${start}… (${bytes.length} bytes)` : start
}

/** What a host has sent, or a module has said, for a report. */
export const withoutSecrets = (text: string): string => redactedLines(withoutKeys(text).split('\r')).join('\r')

/** Behind a command with a secret, which a CR may have cut off, only commands and what a module says are shown. */
function redactedLines(lines: readonly string[]): readonly string[] {
  let isWary = false
  return lines.map((line) => {
    const plain = line.trim()
    if (plain === '' || isOfModule(plain)) return line === '' ? '' : redactLine(line)
    if (isWary && !isCertainlyCommand(plain.replace(/^(?:a\/)+(?!$)/i, ''))) return hidden
    isWary = leadsToSecret(plain)
    return redactLine(line)
  })
}

const isOfModule = (line: string): boolean => line === '>' || isFinalResult(line) || isKnownUrc(line) || row.test(line)

/** `+CMD: …`; the rest of a secret may have a `+` and a colon, too. */
const row = /^\+(?:[A-Z][A-Z\d]{1,30}|CM[ES] ERROR):/
