import type { AtRow, MqttRow, TimelineRow } from '../../protocol.ts'
import { packetWords } from './packet-words.ts'

/** What a row is shown and filtered as. `at-data`: behind a prompt. */
export const shownKinds = [
  'at-in',
  'at-data',
  'at-out',
  'echo',
  'urc',
  'mqtt-in',
  'mqtt-out',
  'act',
  'finding',
  'note',
  'state',
  'gap',
] as const

export type ShownKind = (typeof shownKinds)[number]

export const kindCodes = Object.fromEntries(shownKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<ShownKind, number>
>

export function shownKind(row: TimelineRow): ShownKind {
  if (row.kind === 'at-in') return row.part === 'data' ? 'at-data' : 'at-in'
  if (row.kind === 'at-out' && (row.part === 'echo' || row.part === 'urc')) return row.part
  return row.kind
}

/** A row in parts: what is searched, and the rest as JSON. Number, time and chain are in columns. */
export interface PackedRow {
  readonly text: string
  readonly rest: string
}

export interface RowColumns {
  readonly seq: number
  readonly t: number
  readonly chain?: number
}

export function packRow(row: TimelineRow): PackedRow {
  if (isAt(row)) return { text: row.bytes, rest: restOfLine(row) }
  const { seq: _, t: __, chain: ___, ...rest } = row
  return { text: rowText(row), rest: JSON.stringify(rest) }
}

/** Most rows of a line have one of a few. */
function restOfLine({ kind, line, part, defers, length, client, file }: AtRow): string {
  const key = `${kind} ${part} ${defers} ${length} ${client} ${file} ${line}`
  const known = rests.get(key)
  if (known !== undefined) return known
  const rest = JSON.stringify({ kind, line, part, defers, length, client, file })
  if (rests.size < 1000) rests.set(key, rest)
  return rest
}

const rests = new Map<string, string>()

export function unpackRow({ text, rest }: PackedRow, columns: RowColumns): TimelineRow {
  const row = { ...JSON.parse(rest), ...columns }
  return isAt(row) ? { ...row, bytes: text } : row
}

export const isAt = (row: TimelineRow): row is AtRow => row.kind === 'at-in' || row.kind === 'at-out'
export const isMqtt = (row: TimelineRow): row is MqttRow => row.kind === 'mqtt-in' || row.kind === 'mqtt-out'

/** What a row says, as it is searched. */
export function rowText(row: TimelineRow): string {
  switch (row.kind) {
    case 'at-in':
    case 'at-out':
      return row.bytes
    case 'mqtt-in':
    case 'mqtt-out':
      return row.packet ? packetWords(row.packet) : row.bytes
    case 'finding':
      return `${row.title} ${row.because}`
    case 'state':
      return JSON.stringify(row.patch)
    case 'gap':
      return row.why
    default:
      return row.text
  }
}

export const topicOf = (row: TimelineRow): string | undefined =>
  isMqtt(row) && row.packet?.type === 'publish' ? row.packet.topic : undefined

export const lineNameOf = (row: TimelineRow): string | undefined =>
  isAt(row) || row.kind === 'finding'
    ? row.file === undefined
      ? row.line
      : `${row.line} ${'AB'[row.file]}`
    : undefined

export const clientOf = (row: TimelineRow): number | undefined => (isAt(row) || isMqtt(row) ? row.client : undefined)
