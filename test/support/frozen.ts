/** The same value, which nothing can change any more (but for the bytes of arrays). */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}

/** Through JSON and back; bytes as numbers. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, encodeBytes), decodeBytes) as T
}

function encodeBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { $bytes: [...value] } : value
}

function decodeBytes(_key: string, value: unknown): unknown {
  const held = value as { readonly $bytes?: readonly number[] } | null
  return typeof held === 'object' && held?.$bytes ? Uint8Array.from(held.$bytes) : value
}
