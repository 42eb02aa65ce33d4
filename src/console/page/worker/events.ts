import type { RowStore } from '../store/row-store.ts'

const events = ['finding', 'act', 'gap'] as const

/** The next finding, action or gap, or the one before; without a row, from the end. */
export function eventBeside(store: RowStore, from: number | undefined, step: 1 | -1): number | undefined {
  const { firstSeq = 1, lastSeq = 0 } = store.figures()
  const here = from ?? lastSeq + 1
  const [first, last] = step > 0 ? [here + 1, lastSeq] : [firstSeq, here - 1]
  const found = events.flatMap((kind) => store.ofKind(kind, first, last)).map(({ seq }) => seq)
  if (found.length === 0) return undefined
  return step > 0 ? Math.min(...found) : Math.max(...found)
}

/** Behind the last finding comes the first. */
export function nextFinding(store: RowStore, from = 0): number | undefined {
  const all = store.ofKind('finding', 0, Number.MAX_SAFE_INTEGER)
  return (all.find(({ seq }) => seq > from) ?? all[0])?.seq
}
