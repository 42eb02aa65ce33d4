/** The same value, which nothing can change any more (but for the bytes of arrays). */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}

/** Through JSON and back; bytes as numbers. Walks by itself: a replacer and a reviver take three times as long. */
export const throughJson = <T>(value: T): T => decoded(JSON.parse(JSON.stringify(encoded(value)))) as T

function encoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return value instanceof Uint8Array ? { $bytes: [...value] } : eachMember(value, encoded)
}

function decoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return '$bytes' in value ? Uint8Array.from(value.$bytes as readonly number[]) : eachMember(value, decoded)
}

/** The same object while all its members are. */
function eachMember(value: object, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  let changed: Record<string, unknown> | undefined
  for (const [key, member] of Object.entries(value)) {
    const after = change(member)
    if (after === member) continue
    changed ??= { ...value }
    changed[key] = after
  }
  return changed ?? value
}
