import * as v from 'valibot'
import { isJsonObject } from '../at/syntax/foreign-json.ts'

/** One value of a profile: what it means, what is allowed, both in words. */
export interface Leaf<T> {
  readonly schema: v.GenericSchema<unknown, T>
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

export const isLeaf = (field: Leaf<unknown> | AnyGroup): field is Leaf<unknown> => typeof field.allowed === 'string'

export const wholeBetween = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max))

/** Two whole numbers, the smaller one first. */
export const rising = (min: number, max: number) =>
  v.pipe(
    v.strictTuple([wholeBetween(min, max), wholeBetween(min, max)]),
    v.check(([from, to]) => from <= to),
  )

/** Any JSON object. */
export const plainObject = v.custom<Readonly<Record<string, unknown>>>(isJsonObject)

/** An object whose keys fit a pattern. */
export const recordOf = <S extends v.GenericSchema>(keys: RegExp, values: S) =>
  v.pipe(
    plainObject,
    v.check((object) => Object.keys(object).every((key) => keys.test(key))),
    v.record(v.string(), values),
  )

const leaf = <T>(schema: v.GenericSchema<unknown, T>, meaning: string, allowed: string): Leaf<T> => ({
  schema,
  meaning,
  allowed,
})

export const flagLeaf = (meaning: string): Leaf<boolean> => leaf(v.boolean(), meaning, 'true or false')

/** A whole number from `min` to `max`. */
export const number = (min: number, max: number, meaning: string): Leaf<number> =>
  leaf(wholeBetween(min, max), meaning, `a whole number from ${min} to ${max}`)

export const span = (min: number, max: number, meaning: string): Leaf<readonly [number, number]> => {
  return leaf(rising(min, max), meaning, `two whole numbers from ${min} to ${max}, the smaller one first`)
}

export const choice = <const W extends readonly (string | number)[]>(words: W, meaning: string): Leaf<W[number]> =>
  leaf(v.picklist(words), meaning, either(words))

export const choices = <const W extends readonly string[]>(words: W, meaning: string): Leaf<readonly W[number][]> => {
  const distinct = v.pipe(
    v.array(v.picklist(words)),
    v.check((list) => new Set(list).size === list.length),
  )
  return leaf(distinct, meaning, `a list of ${either(words, 'and')}, each at most once`)
}

export const numbers = (min: number, max: number, meaning: string): Leaf<readonly number[]> =>
  leaf(v.array(wholeBetween(min, max)), meaning, `a list of whole numbers from ${min} to ${max}`)

/** Codes of `<err>` that are errors. */
const code = wholeBetween(1, 35)
export const errorCodeLeaf = (meaning: string): Leaf<number> => leaf(code, meaning, 'an <err> code from 1 to 35')
export const codeOrError = (meaning: string): Leaf<number | null> =>
  leaf(v.nullable(code), meaning, 'an <err> code from 1 to 35, or null for a bare ERROR')

/** Printable ASCII. */
export const printableUpTo = (max: number) => v.pipe(v.string(), v.maxLength(max), v.regex(/^[\x20-\x7e]+$/))
export const textLeaf = (max: number, meaning: string): Leaf<string> =>
  leaf(printableUpTo(max), meaning, `1 to ${max} characters of printable ASCII`)

export const matching = (pattern: RegExp, meaning: string, allowed: string): Leaf<string> =>
  leaf(v.pipe(v.string(), v.regex(pattern)), meaning, allowed)

export const texts = (max: number, meaning: string): Leaf<readonly string[]> =>
  leaf(v.array(printableUpTo(max)), meaning, `a list of texts of 1 to ${max} printable ASCII characters`)

export const other = <T>(schema: v.GenericSchema<unknown, T>, meaning: string, allowed: string): Leaf<T> =>
  leaf(schema, meaning, allowed)

function either(words: readonly (string | number)[], last = 'or'): string {
  const shown = words.map((word) => JSON.stringify(word))
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`
}
