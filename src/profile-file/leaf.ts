import { z } from 'zod'

/** One value of a profile: what it means, what is allowed, both in words. */
export interface Leaf<T> {
  readonly schema: z.ZodType<T>
  readonly meaning: string
  /** Behind `it must be`. */
  readonly allowed: string
}

/** The values of a profile, grouped as in its type: one that is missing here does not compile. */
export type Group<T> = {
  readonly [K in keyof T]-?: Leaf<T[K]> | (T[K] extends readonly unknown[] | string | number ? never : Group<T[K]>)
}

/** A group whose types are of no interest. */
export interface AnyGroup {
  readonly [key: string]: Leaf<unknown> | AnyGroup
}

export const isLeaf = (field: Leaf<unknown> | AnyGroup): field is Leaf<unknown> => field.schema instanceof z.ZodType

const leaf = <T>(schema: z.ZodType<T>, meaning: string, allowed: string): Leaf<T> => ({ schema, meaning, allowed })

export const flagLeaf = (meaning: string): Leaf<boolean> => leaf(z.boolean(), meaning, 'true or false')

/** A whole number from `min` to `max`. */
export const number = (min: number, max: number, meaning: string): Leaf<number> =>
  leaf(z.int().min(min).max(max), meaning, `a whole number from ${min} to ${max}`)

export const span = (min: number, max: number, meaning: string): Leaf<readonly [number, number]> => {
  const end = z.int().min(min).max(max)
  const ordered = z.tuple([end, end]).refine(([from, to]) => from <= to)
  return leaf(ordered, meaning, `two whole numbers from ${min} to ${max}, the smaller one first`)
}

export const choice = <const W extends readonly (string | number)[]>(words: W, meaning: string): Leaf<W[number]> =>
  leaf(z.literal(words as readonly (string | number)[]) as z.ZodType<W[number]>, meaning, either(words))

export const choices = <const W extends readonly string[]>(words: W, meaning: string): Leaf<readonly W[number][]> => {
  const each = z.enum(words)
  const distinct = z.array(each).refine((list) => new Set(list).size === list.length)
  return leaf(distinct, meaning, `a list of ${either(words, 'and')}, each at most once`) as Leaf<readonly W[number][]>
}

export const numbers = (min: number, max: number, meaning: string): Leaf<readonly number[]> =>
  leaf(z.array(z.int().min(min).max(max)), meaning, `a list of whole numbers from ${min} to ${max}`)

/** Codes of `<err>` that are errors. */
const code = z.int().min(1).max(35)
export const errorCodeLeaf = (meaning: string): Leaf<number> => leaf(code, meaning, 'an <err> code from 1 to 35')
export const codeOrError = (meaning: string): Leaf<number | null> =>
  leaf(z.union([code, z.null()]), meaning, 'an <err> code from 1 to 35, or null for a bare ERROR')

/** Printable ASCII. */
const printable = /^[\x20-\x7e]+$/
export const textLeaf = (max: number, meaning: string): Leaf<string> =>
  leaf(z.string().max(max).regex(printable), meaning, `1 to ${max} characters of printable ASCII`)

export const matching = (pattern: RegExp, meaning: string, allowed: string): Leaf<string> =>
  leaf(z.string().regex(pattern), meaning, allowed)

export const texts = (max: number, meaning: string): Leaf<readonly string[]> =>
  leaf(
    z.array(z.string().max(max).regex(printable)),
    meaning,
    `a list of texts of 1 to ${max} printable ASCII characters`,
  )

export const other = <T>(schema: z.ZodType<T>, meaning: string, allowed: string): Leaf<T> =>
  leaf(schema, meaning, allowed)

function either(words: readonly (string | number)[], last = 'or'): string {
  const shown = words.map((word) => JSON.stringify(word))
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`
}
