import { contents } from '../../at/commands/content.ts'
import { bytesOf, escapeBytes } from '../../at/syntax/bytes.ts'
import { noteLine, traceHeader, traceLine } from '../../control/public.ts'
import { captureInMemory } from '../../recording/capture-file.ts'
import { Recorder } from '../../recording/recorder.ts'
import type { AtRow, ExportKind, Hello, MqttRow, TimelineRow } from '../protocol.ts'
import { ConsoleRefusal, type ExportedFile } from './served.ts'
import type { ConsoleTimeline } from './timeline.ts'

type About = Pick<Hello, 'version' | 'profile' | 'clockStart'>

/** Rows of one file: more would not fit into the memory of a browser. */
const mostRows = 500_000

const types: Readonly<Record<ExportKind, readonly [ending: string, type: string]>> = {
  trace: ['trace', 'text/plain'],
  at: ['at', 'text/plain'],
  pcapng: ['pcapng', 'application/octet-stream'],
  report: ['md', 'text/markdown'],
}

/** Makes files of rows. */
export function exporter(timeline: ConsoleTimeline, about: About) {
  return (kind: ExportKind, from: number, to: number): ExportedFile => {
    if (to < from || to - from >= mostRows)
      throw new ConsoleRefusal(`Choose 1 to ${mostRows} rows, the first one first.`)
    const rows = [...wholeRows(timeline, from, to)]
    if (rows.length === 0) throw new ConsoleRefusal('These rows are not kept any more: choose newer ones.')
    const [ending, type] = types[kind]
    const bytes = kind === 'pcapng' ? pcapng(rows, about) : new TextEncoder().encode(texts[kind](rows, about, timeline))
    return { name: `atmqtt-${rows[0]!.seq}-${rows.at(-1)!.seq}.${ending}`, type, bytes }
  }
}

function* wholeRows({ history }: ConsoleTimeline, from: number, to: number): Generator<TimelineRow> {
  for (const { seq, json } of history.rows(from, to)) {
    const row = JSON.parse(json) as TimelineRow
    const whole = 'length' in row ? history.wholeOf(seq) : undefined
    yield whole === undefined ? row : ({ ...row, bytes: whole } as TimelineRow)
  }
}

const texts: Readonly<
  Record<
    Exclude<ExportKind, 'pcapng'>,
    (rows: readonly TimelineRow[], about: About, timeline: ConsoleTimeline) => string
  >
> = {
  trace: (rows, { profile }) => traceHeader({ profile: profile?.name ?? 'unknown' }) + rows.map(traced).join(''),
  at: (rows, { version }) => transcript(rows, [`Exported by the console of atmqtt ${version}.`]),
  report,
}

const isLine = (row: TimelineRow): row is AtRow => row.kind === 'at-in' || row.kind === 'at-out'
const isPacket = (row: TimelineRow): row is MqttRow => row.kind === 'mqtt-in' || row.kind === 'mqtt-out'
const directionOf = ({ kind }: AtRow | MqttRow): 'in' | 'out' => (kind.endsWith('in') ? 'in' : 'out')

function traced(row: TimelineRow): string {
  const { t: ms } = row
  if (isLine(row))
    return traceLine({ event: 'line', ms, line: row.line, direction: directionOf(row), bytes: escaped(row.bytes) })
  if (isPacket(row)) {
    const { connection, packet } = row
    const what = packet ? { packet } : { bytes: escaped(row.bytes) }
    return traceLine({ event: 'mqtt', ms, connection, direction: directionOf(row), ...what })
  }
  return row.kind === 'state' ? '' : noteLine(ms, oneLine(row))
}

function oneLine(row: Exclude<TimelineRow, AtRow | MqttRow>): string {
  if (row.kind === 'finding') return `${row.severity}: ${row.title} (${row.id})`
  if (row.kind === 'gap') return `rows ${row.from} to ${row.to} are not there: ${row.why}`
  return row.kind === 'state' ? '' : row.text.replaceAll(/[\r\n]+/g, ' ')
}

const escaped = (text: string): string => escapeBytes(bytesOf(text))

/** A transcript of the line that is used most. Rows have no secrets: `leftOut` is what else is not to be in it. */
function transcript(rows: readonly TimelineRow[], comments: readonly string[], leftOut?: typeof contents): string {
  const line = mostUsed(rows.filter(isLine))
  if (line === undefined) throw new ConsoleRefusal('There is nothing of an AT line in these rows: choose others.')
  const began = line[0]!.t
  const parts = comments.map((comment) => `# ${comment}\n`)
  const recorder = new Recorder({ write: (more) => void parts.push(more), redact: leftOut !== undefined, leftOut })
  for (const row of line) recorder.take(row.kind === 'at-in' ? 'host' : 'module', bytesOf(row.bytes), row.t - began)
  recorder.finish()
  return parts.join('')
}

function mostUsed(rows: readonly AtRow[]): readonly AtRow[] | undefined {
  const lines = new Map<string, AtRow[]>()
  for (const row of rows) {
    const before = lines.get(row.line)
    if (before) before.push(row)
    else lines.set(row.line, [row])
  }
  return [...lines.values()].sort((a, b) => b.length - a.length)[0]
}

function pcapng(rows: readonly TimelineRow[], { version, clockStart }: About): Uint8Array {
  const capture = captureInMemory(`atmqtt ${version}`, Date.parse(clockStart))
  for (const row of rows) {
    if (isLine(row)) capture.line(row.line, directionOf(row), bytesOf(row.bytes), row.t)
    if (isPacket(row)) capture.mqtt(row.connection, directionOf(row), bytesOf(row.bytes), row.t)
  }
  return capture.bytes()
}

/** For whoever is asked for help: what was said, without topics, payloads, names and places. */
function report(rows: readonly TimelineRow[], { version, profile }: About): string {
  const causes = rows.filter((row) => row.kind === 'finding')
  const acts = rows.filter((row) => row.kind === 'act')
  const about = [
    `- atmqtt ${version}, Node ${process.version}, ${process.platform}`,
    `- module: ${profile ? `${profile.model}, profile ${profile.name}` : 'a real one'}`,
    ...[...new Set(causes.map(({ id, title }) => `- found: ${title} (${id})`))],
    ...acts.map(({ t, op }) => `- ${seconds(t)} s: ${op}`),
  ]
  const packets = rows
    .filter(isPacket)
    .map((row) => `${seconds(row.t)} ${directionOf(row) === 'in' ? '<' : '>'} ${shape(row)}`)
  const line = rows.some(isLine) ? transcript(rows, [], contents) : ''
  return [
    '## What goes wrong\n\n(one sentence)',
    `## Where\n\n${about.join('\n')}`,
    `## AT line\n\n\`\`\`\n${line}\`\`\``,
    `## MQTT\n\n\`\`\`\n${packets.join('\n')}\n\`\`\`\n`,
  ].join('\n\n')
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** A packet without its texts. */
function shape({ packet, bytes, length = bytes.length }: MqttRow): string {
  if (!packet) return `${length} bytes that are no MQTT`
  const numbers = Object.entries(packet).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean')
  return [packet.type.toUpperCase(), ...numbers.map(([name, value]) => `${name}=${value}`), `${length} bytes`].join(' ')
}
