type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The merge patch (RFC 7396) that makes `after` of `before`; undefined: they are equal. */
export function mergePatch(before: object, after: object): object | undefined {
  if (before === after) return undefined
  const patch: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(after)) {
    const change = changeOf((before as JsonObject)[name], value)
    if (change !== undefined) patch[name] = change
  }
  for (const name of Object.keys(before)) if ((after as JsonObject)[name] === undefined) patch[name] = null
  return Object.keys(patch).length === 0 ? undefined : patch
}

function changeOf(before: unknown, after: unknown): unknown {
  if (before === after) return undefined
  if (isObject(before) && isObject(after)) return mergePatch(before, after)
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after
}

/** What a merge patch makes of a value; the value stays as it is. */
export function patched(value: object, patch: object): object {
  const result: Record<string, unknown> = { ...value }
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete result[name]
    else result[name] = isObject(change) ? patched(isObject(result[name]) ? result[name] : {}, change) : change
  }
  return result
}
