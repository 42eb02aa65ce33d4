/** The deepest nesting that is read; what is really written has five levels. */
export const deepestJson = 64

/** Why JSON that somebody else wrote can't be used, though it is JSON. */
export type JsonFlaw =
  /** Readers that call themselves would run out of stack. */
  | { readonly kind: 'deep' }
  /** A field named `__proto__`, which no format has and schemas pass over. `path`: where, with it at the end. */
  | { readonly kind: 'proto'; readonly path: readonly string[] }

/** Reads the JSON of a file, whose byte order mark is skipped. Throws what `JSON.parse` throws. */
export const parseJsonFile = (text: string): unknown => JSON.parse(text.replace(/^\ufeff/, ''))

interface Place {
  readonly value: object
  readonly path: readonly string[]
}

/** The first flaw of a value, if it has one. */
export function jsonFlawOf(whole: unknown): JsonFlaw | undefined {
  const open: Place[] = isObject(whole) ? [{ value: whole, path: [] }] : []
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, path } = place
    if (path.length >= deepestJson) return { kind: 'deep' }
    for (const key of Object.keys(value)) {
      if (key === '__proto__') return { kind: 'proto', path: [...path, key] }
      const inner: unknown = (value as Readonly<Record<string, unknown>>)[key]
      if (isObject(inner)) open.push({ value: inner, path: [...path, key] })
    }
  }
  return undefined
}

/** Whether it is what `{…}` in JSON gives: an object that is no array, of no class, from whichever realm. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value) || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
