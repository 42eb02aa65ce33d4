import { bytesOf, escapeBytes } from '../at/bytes/bytes.ts'
import type { Awaited, Expected, Reader } from './reader.ts'
import type { BlockItem } from './transcript.ts'
import { TranscriptMismatch } from './transcript-error.ts'

/** The error for what is in the inbox, or not, in place of what was expected. */
export function mismatch(
  { inbox, awaited }: Reader,
  expected: Expected | Awaited['step'],
  lastSent: Uint8Array | undefined,
  reason?: string,
): TranscriptMismatch {
  const begun = awaited.find(({ read }) => read > 0)
  const step = begun ? { ...begun.step, line: begun.step.line + begun.read } : expected
  const alternatives = begun ? [itemText(begun.step.items[begun.read]!)] : expectations(expected, awaited)
  return new TranscriptMismatch(step, {
    expected: [...new Set(alternatives)].join(' or '),
    got: inbox.unread(),
    lastSent,
    ...(reason && { reason }),
  })
}

function expectations(expected: Expected | Awaited['step'], awaited: readonly Awaited[]): readonly string[] {
  if (expected.kind === 'anyTime') return [itemText(expected.items[0]!)]
  const later = awaited.map(({ step }) => itemText(step.items[0]!))
  if (expected.kind === 'settle') return later
  if (expected.kind === 'prompt') return ['the prompt >', ...later]
  if (expected.kind === 'end') return ['nothing more']
  return [itemText(expected), ...later]
}

function itemText(item: BlockItem): string {
  return escapeBytes(item.kind === 'bytes' ? item.bytes : bytesOf(item.pattern.source))
}
