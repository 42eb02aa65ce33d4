/** How many letters are missing, wrong, too many or swapped with the next one. */
export function editsBetween(written: string, meant: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: meant.length + 1 }, (_, i) => i)
  for (let i = 0; i < written.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < meant.length; j++) next.push(cheapest(written, meant, [before, row, next], i, j))
    before = row
    row = next
  }
  return row[meant.length]!
}

type Rows = readonly [twoBefore: readonly number[], before: readonly number[], now: readonly number[]]

function cheapest(written: string, meant: string, [twoBefore, before, now]: Rows, i: number, j: number): number {
  const same = written[i] === meant[j] ? 0 : 1
  const one = Math.min(before[j + 1]! + 1, now[j]! + 1, before[j]! + same)
  const isSwap = i > 0 && j > 0 && written[i] === meant[j - 1] && written[i - 1] === meant[j]
  return isSwap ? Math.min(one, twoBefore[j - 1]! + 1) : one
}
