import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { consolePage, version } from '../../launch/package.ts'
import { alignedRows } from '../align.ts'
import { type AtRow, protocolVersion, type TimelineRow } from '../protocol.ts'
import { type Console, serveConsole } from './console-server.ts'
import { exporter } from './exports.ts'
import { FileRows } from './file-rows.ts'
import { readPageFiles } from './page-files.ts'
import type { Served } from './served.ts'
import type { ConsoleOptions } from './start-console.ts'
import { consolePort } from './start-console.ts'
import { ConsoleTimeline } from './timeline.ts'

export interface SavedFile {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface FilesConsole extends Console {
  /** Fulfilled when all is read; rejects when a file can't be. */
  readonly read: Promise<void>
}

/** Rows of each file of two that are laid side by side. */
const mostAligned = 20_000
/** Of a file that are read before a page is looked after; some ms. */
const bytesATurn = 8192

/** Opens a console of saved files: their rows come as they are read. */
export async function showFiles(files: readonly SavedFile[], options: ConsoleOptions = {}): Promise<FilesConsole> {
  const page = readPageFiles(consolePage)
  const { served, read, stop } = serveFiles(files)
  const { host = '127.0.0.1', port = consolePort, exposed } = options
  const opened = await serveConsole({ host, port, exposed, files: page, served })
  return { ...opened, read: read(), close: () => opened.close().then(stop) }
}

export interface ServedFiles {
  readonly served: Served
  readonly read: () => Promise<void>
  readonly stop: () => void
}

/** What a console of files shows; `read` reads them. */
export function serveFiles(files: readonly SavedFile[]): ServedFiles {
  const timeline = new ConsoleTimeline({ clock: { now: () => 0, after: later } })
  const shapes: string[] = []
  const about = {
    protocol: protocolVersion,
    run: randomUUID(),
    version,
    source: { kind: 'file', names: files.map(({ name }) => name), shapes },
    clockStart: new Date(0).toISOString(),
    broker: false,
  } as const
  const read = async (): Promise<void> => {
    for (const [i, { name, bytes }] of files.entries()) {
      const rows = new FileRows(timeline, name, files.length > 1 ? i : undefined)
      for await (const piece of bytes) await feedInTurns(rows, piece)
      shapes.push(rows.end())
    }
    timeline.end('All of it is read.')
  }
  const served = {
    timeline,
    about,
    help: [],
    exportRows: exporter(timeline, about),
    ...(files.length === 2 && { align: () => alignedRows(linesOf(timeline, 0), linesOf(timeline, 1)) }),
  }
  return { served, read, stop: () => timeline.close() }
}

/** Pages are answered between the parts of a piece. */
async function feedInTurns(rows: FileRows, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; at += bytesATurn) {
    rows.feed(piece.subarray(at, at + bytesATurn))
    await nextTurn()
  }
}

function later(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

function linesOf({ history }: ConsoleTimeline, file: number): readonly AtRow[] {
  const lines: AtRow[] = []
  for (const { json } of history.rows(history.first, history.last)) {
    const row = JSON.parse(json) as TimelineRow
    if (row.file === file && (row.kind === 'at-in' || row.kind === 'at-out')) lines.push(row)
    if (lines.length >= mostAligned) break
  }
  return lines
}
