/** Equal values made of plain data: as fast as what they do not share is small. A `Buffer` is no `Uint8Array` here. */
export function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  if (one instanceof Uint8Array) return Buffer.compare(one, other as Uint8Array) === 0
  const [mine, theirs] = [one as Record<string, unknown>, other as Record<string, unknown>]
  const keys = Object.keys(mine)
  return (
    keys.length === Object.keys(theirs).length && keys.every((key) => key in theirs && alike(mine[key], theirs[key]))
  )
}
