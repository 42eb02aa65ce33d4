import { commonLines } from '../recording/compare.ts'
import type { AlignedPair, AtRow } from './protocol.ts'

/** Rows that are compared with each other at once. */
const mostAtOnce = 1000

/** Lays the lines of two files side by side: as many equal ones as possible, what differs between them, in order. */
export function alignedRows(left: readonly AtRow[], right: readonly AtRow[]): readonly AlignedPair[] {
  const pairs: AlignedPair[] = []
  for (let [i, j] = [0, 0]; i < left.length || j < right.length; ) {
    const [a, b] = [left.slice(i, i + mostAtOnce), right.slice(j, j + mostAtOnce)]
    const isLast = i + mostAtOnce >= left.length && j + mostAtOnce >= right.length
    const [usedA, usedB] = alignWindow(a, b, isLast, pairs)
    i += usedA
    j += usedB
  }
  return pairs
}

/** How many of both are laid; where more follow, up to the last that are equal. */
function alignWindow(a: readonly AtRow[], b: readonly AtRow[], isLast: boolean, pairs: AlignedPair[]) {
  const common = commonLines(a.map(keyOf), b.map(keyOf))
  let [i, j] = [0, 0]
  const differ = (toA: number, toB: number): void => {
    while (i < toA || j < toB)
      pairs.push({ ...(i < toA && { left: a[i++]!.seq }), ...(j < toB && { right: b[j++]!.seq }), same: false })
  }
  for (const [nextA, nextB] of common) {
    differ(nextA, nextB)
    pairs.push({ left: a[i++]!.seq, right: b[j++]!.seq, same: true })
  }
  if (isLast || common.length === 0) differ(a.length, b.length)
  return [i, j] as const
}

const keyOf = ({ kind, bytes }: AtRow): string => `${kind} ${bytes.trim()}`
