import type { ShardSnapshot } from '../metrics/snapshot.ts'
import type { ShardPlan } from '../shard/world.ts'

/** What a supervisor says to the process of a shard: lines of JSON. The end of the pipe ends the process. */
export type ToShard =
  | { readonly type: 'plan'; readonly plan: Omit<ShardPlan, 'startedAt'>; readonly maxRate: number }
  /** ms since 1970 */
  | { readonly type: 'start'; readonly startedAt: number }
  | { readonly type: 'stop' }
  /** It ends by itself at this time of `machineTime`, unless a later one is told. */
  | { readonly type: 'lease'; readonly until: number }

export type FromShard =
  /** It has read what it needs. */
  | { readonly type: 'ready' }
  | { readonly type: 'snapshot'; readonly snapshot: ShardSnapshot; readonly isLast: boolean }
  | { readonly type: 'failed'; readonly sentence: string }

/** The same in all processes of a machine, ms; it does not jump when somebody sets the date. */
export const machineTime = (): number => Number(process.hrtime.bigint() / 1_000_000n)

export const messageLine = (message: ToShard | FromShard): string => `${JSON.stringify(message)}\n`

/** Calls `take` with each line of pieces of text. */
export function linesInto(take: (line: string) => void): (piece: string) => void {
  let text = ''
  return (piece) => {
    const lines = (text + piece).split('\n')
    text = lines.pop()!
    for (const line of lines) take(line)
  }
}
