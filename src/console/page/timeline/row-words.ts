import type { FindingRow, TimelineRow } from '../../protocol.ts'
import { isAt, isMqtt, rowText, shownKind } from '../store/stored-row.ts'

/** Bytes as traces and transcripts have them: `\r`, `\n`, and what can't be printed as `\x1a`. */
export const visible = (bytes: string): string =>
  bytes.replace(/[\x00-\x1f\x7f-\xff]/g, (c) => signs[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

const signs: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t' }

/** `12.345`: seconds on the clock of the run. */
export const seconds = (t: number): string => (t / 1000).toFixed(3)

/** `+12.3 ms`, `+4.2 s`: later than something else. */
export function later(ms: number): string {
  const sign = ms < 0 ? '−' : '+'
  const size = Math.abs(ms)
  if (size < 1) return `${sign}${(size * 1000).toFixed(0)} µs`
  return size < 1000 ? `${sign}${size.toFixed(size < 10 ? 2 : 1)} ms` : `${sign}${(size / 1000).toFixed(2)} s`
}

/** The text of a row in its lane. */
export function laneText(row: TimelineRow): string {
  if (isAt(row)) return `${arrow(row)} ${visible(row.bytes)}${more(row)}`
  if (isMqtt(row)) return `${arrow(row)} ${row.packet ? rowText(row) : `no MQTT: ${visible(row.bytes)}`}${more(row)}`
  switch (row.kind) {
    case 'finding':
      return `${aboutFinding(row)}${row.title}. ${row.do[0] ?? ''}`
    case 'gap':
      return row.from === row.to
        ? `Row ${row.from} is missing: ${row.why}`
        : `Rows ${row.from}–${row.to} are missing: ${row.why}`
    default:
      return rowText(row)
  }
}

/** `+CMQTTSUB, client 0: `: the command that it is about. */
const aboutFinding = ({ command, client }: FindingRow): string => {
  const about = [command, client === undefined ? undefined : `client ${client}`].filter((part) => part !== undefined)
  return about.length === 0 ? '' : `${about.join(', ')}: `
}

/** From left to right: host, module, server. */
const arrow = ({ kind }: TimelineRow): string => (kind === 'at-in' || kind === 'mqtt-out' ? '→' : '←')

const more = (row: { readonly bytes: string; readonly length?: number }): string =>
  row.length === undefined ? '' : ` … ${row.bytes.length} of ${row.length} bytes`

export const kindTitles = {
  'at-in': 'Command',
  'at-data': 'Data',
  'at-out': 'Answer',
  echo: 'Echo',
  urc: 'URC',
  'mqtt-in': 'MQTT in',
  'mqtt-out': 'MQTT out',
  act: 'Action',
  finding: 'Finding',
  note: 'Note',
  state: 'State',
  gap: 'Gap',
} as const

export const kindTitle = (row: TimelineRow): string => kindTitles[shownKind(row)]
