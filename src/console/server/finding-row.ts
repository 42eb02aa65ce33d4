import type { AdvisedCause } from '../../at/adviser.ts'
import { callsOf } from '../../explain/session/command-text.ts'
import type { AtRow, FindingRow, TimelineRow } from '../protocol.ts'
import type { History } from './history.ts'

/** A cause as a row. `seqs`: of the rows on which it rests; the last command line among them is what it is about. */
export function findingRow(
  line: string,
  { id, title, severity, confidence, because, do: todo }: AdvisedCause,
  seqs: readonly number[],
  history: History,
): Omit<FindingRow, 'seq' | 't'> {
  const row = { kind: 'finding', line, id, title, severity, confidence, because, do: todo } as const
  const command = seqs.flatMap((seq) => commandIn(history, seq) ?? []).at(-1)
  return {
    ...row,
    ...(seqs.length > 0 && { rows: seqs }),
    ...(command && { command: callsOf(command.bytes.trim()).at(-1)!.name }),
    ...(command?.client !== undefined && { client: command.client }),
  }
}

function commandIn(history: History, seq: number): AtRow | undefined {
  const [stored] = history.rows(seq, seq)
  const row = stored && (JSON.parse(stored.json) as TimelineRow)
  return row?.kind === 'at-in' && row.part === 'command' ? row : undefined
}
