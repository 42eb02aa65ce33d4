import { bytesOf } from '../../at/syntax/bytes.ts'
import { isUtf8 } from '../../at/syntax/utf8.ts'
import type { BelievedState, Exchange, ExchangeEnding, QuotedRow } from '../facts/fact.ts'
import type { LogLine } from '../lines/line.ts'
import type { Call } from './command-text.ts'

const quoteLength = 300

/** A command that has no final result yet. */
export interface OpenCommand {
  readonly line: LogLine
  /** The count of facts when it began. */
  readonly from: number
  readonly believed: BelievedState
  readonly calls: readonly Call[]
  readonly rows: QuotedRow[]
  readonly info: string[]
  /** The module itself sent it back. */
  echoed: boolean
  /** How often the log shows it. */
  copies: number
  heard: boolean
  prompted: boolean
  readonly wanted: number | undefined
  got: number
  /** Data came without a prompt. */
  blind: boolean
}

/** How the dialogue goes on behind a command: `cut`: the log ends; `over`: it tells that its host has gone. */
export type After = 'more' | 'cut' | 'over'

export function exchangeOf(
  open: OpenCommand,
  { name, form, args }: Call,
  ending: ExchangeEnding,
  rows: readonly QuotedRow[],
  final: LogLine | undefined,
  after: After,
): Omit<Exchange, 'at'> {
  const { line, from, believed, heard, info, echoed, prompted, wanted, got, blind } = open
  const tookMs = final?.ms !== undefined && line.ms !== undefined ? final.ms - line.ms : undefined
  return {
    kind: 'exchange',
    name,
    form,
    args,
    line: line.text.trim(),
    ending,
    heard,
    info,
    echoed,
    prompted,
    got,
    last: after !== 'more',
    from,
    ...(after === 'over' && { ended: true }),
    ...(blind && { blind: true }),
    ...(line.end && { lineEnd: line.end }),
    ...((ending === 'error' || ending === 'cme') && { believed }),
    ...(wanted !== undefined && { wanted }),
    ...(tookMs !== undefined && tookMs >= 0 && { tookMs }),
    ...(final && errorOf(final.text)),
    ...stand(rows, final?.ms ?? line.ms),
  }
}

export const stand = (rows: readonly QuotedRow[], ms: number | undefined) => ({ rows, ...(ms !== undefined && { ms }) })

const odd = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\xff]/g

/** Bytes that a wrong speed makes of text, also as a monitor shows them: no UTF-8, or its sign for bytes that are none. */
export function isGarbled(text: string): boolean {
  const shown = text.replaceAll('\xe2\xb8\xae', '\x00').replaceAll('\xef\xbf\xbd', '\x00')
  const count = shown.match(odd)?.length ?? 0
  return shown.length >= 2 && count * 4 >= shown.length && (shown !== text || !isUtf8(bytesOf(text)))
}

export const quote = ({ row, side, text }: LogLine): QuotedRow => ({ row, side, text: text.slice(0, quoteLength) })

export function endingOf(text: string): ExchangeEnding {
  if (text === 'OK') return 'ok'
  if (text.startsWith('+CME')) return 'cme'
  if (text.startsWith('+CMS')) return 'cms'
  return text === 'ERROR' ? 'error' : 'other'
}

function errorOf(text: string): { readonly code?: number; readonly words?: string } {
  const said = /^\s*\+CM[ES] ERROR\s*:\s*(.*)$/.exec(text)?.[1]?.trim()
  if (said === undefined) return {}
  return /^\d+$/.test(said) ? { code: Number(said) } : { words: said }
}
