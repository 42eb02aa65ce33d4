import { maxRowBytes } from './protocol.ts'

const mostEntries = 64

/** The same value with the beginnings of its texts and lists, so that it has a place in a row. */
export function beginningOf(value: unknown): unknown {
  let left = 2 * maxRowBytes
  const shorten = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const text = part.slice(0, Math.min(left, maxRowBytes))
      left -= text.length
      return text
    }
    if (Array.isArray(part)) return part.slice(0, mostEntries).map(shorten)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, shorten(inner)]))
  }
  return shorten(value)
}
