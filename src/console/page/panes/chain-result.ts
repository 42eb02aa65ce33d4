import type { TimelineRow } from '../../protocol.ts'
import { isAt } from '../store/stored-row.ts'

/** A command of the chain was taken, and the line that tells how it ended is not there. */
export function lacksResult(chain: readonly TimelineRow[]): boolean {
  const lines = chain.filter(isAt)
  const asked = lines.findLastIndex(({ defers }) => defers)
  const after = lines.slice(asked + 1)
  const isRefused = after.some(({ part, bytes }) => part === 'final' && bytes.trim() !== 'OK')
  return asked >= 0 && !isRefused && !after.some(({ part }) => part === 'result')
}
