/** How many letters are missing, wrong or too many; two that are swapped are two. */
export function editsBetween(written: string, meant: string): number {
  let row = Array.from({ length: meant.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...written].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...meant].entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)))
    row = next
  }
  return row[meant.length]!
}
