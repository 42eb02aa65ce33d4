import type { ServerMessage, TimelineRow } from '../protocol.ts'
import { type SavedFile, serveFiles } from './show-files.ts'

/** What a page of saved files is told, all of it: for a page that has its rows in it. Rejects when a file can't be read. */
export async function framesOfFiles(files: readonly SavedFile[]): Promise<readonly ServerMessage[]> {
  const { served, read, stop } = serveFiles(files)
  try {
    await read()
    const { history } = served.timeline
    const { first, last } = history
    const rows = [...history.rows(first, last)].map(({ seq, json }) => whole(JSON.parse(json), history.wholeOf(seq)))
    return [
      { hello: { ...served.about, role: 'view', first, last } },
      { snapshot: served.timeline.stateAt(Math.max(0, first - 1)) ?? { seq: 0, state: {} } },
      { rows },
      { ended: 'All rows are in this page; nothing is sent anywhere.' },
    ]
  } finally {
    stop()
  }
}

/** With all of its bytes: nobody can be asked for the rest. */
function whole(row: TimelineRow, bytes: string | undefined): TimelineRow {
  if (bytes === undefined || !('length' in row)) return row
  const { length: _, ...rest } = row
  return { ...rest, bytes } as TimelineRow
}
