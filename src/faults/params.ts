import * as v from 'valibot'
import { isJsonObject } from '../at/syntax/foreign-json.ts'
import { nearestQuestion } from '../at/syntax/nearest-name.ts'

/** A parameter of a fault: what it takes, in a schema and in words, and what it is when it is not given. */
export interface FaultParam<T = unknown> {
  readonly schema: v.GenericSchema<unknown, T>
  /** `0–60000`, `"in" or "out"` */
  readonly range: string
  readonly preset: T
  /** With its unit. */
  readonly meaning: string
}

export type FaultParams = Readonly<Record<string, FaultParam>>
export type FaultValues<P extends FaultParams> = {
  readonly [K in keyof P]: P[K] extends FaultParam<infer T> ? T : never
}

export function wholeParam(from: number, to: number, preset: number, meaning: string): FaultParam<number> {
  return { schema: whole(from, to), range: `whole number, ${from}–${to}`, preset, meaning }
}

export const whole = (from: number, to: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(from), v.maxValue(to))

/** A probability. */
export function chanceParam(preset: number, meaning: string): FaultParam<number> {
  return { schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), range: 'number, 0–1', preset, meaning }
}

export function choiceParam<const W extends readonly string[]>(
  words: W,
  preset: W[number],
  meaning: string,
): FaultParam<W[number]> {
  const range = words.map((word) => JSON.stringify(word)).join(', ')
  return { schema: v.picklist(words), range, preset, meaning }
}

export function switchParam(preset: boolean, meaning: string): FaultParam<boolean> {
  return { schema: v.boolean(), range: 'boolean, true or false', preset, meaning }
}

/** Of faults that take the network or the power away. */
export const announceParam = switchParam(
  false,
  'whether servers are told: their connections end at once, instead of staying open for them',
)

/** A text for the line: each character is a byte. */
export function textParam(longest: number, preset: string, meaning: string): FaultParam<string> {
  const schema = v.pipe(v.string(), v.maxLength(longest), v.regex(/^[\x00-\xff]*$/))
  return { schema, range: `string of at most ${longest} characters up to U+00FF`, preset, meaning }
}

/** The same text, which may be left out. */
export function optionalTextParam(longest: number, meaning: string): FaultParam<string | undefined> {
  const schema = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(longest)))
  return { schema, range: 'string', preset: undefined, meaning }
}

export function optionalWholeParam(from: number, to: number, meaning: string): FaultParam<number | undefined> {
  return { schema: v.optional(whole(from, to)), range: `whole number, ${from}–${to}`, preset: undefined, meaning }
}

/** What a fault was given can't be used. One sentence. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
}

/** The values of all parameters; throws a `FaultError` that names the one that is wrong. */
export function readParams(fault: string, params: FaultParams, given: unknown): Readonly<Record<string, unknown>> {
  const object = given ?? {}
  if (!isJsonObject(object)) throw new FaultError(`The parameters of ${fault} must be a JSON object, such as {}.`)
  for (const name of Object.keys(object))
    if (!Object.hasOwn(params, name))
      throw new FaultError(
        `${fault} has no parameter "${name}": ${known(params)}.${nearestQuestion(name, Object.keys(params))}`,
      )
  const values = Object.entries(params).map(([name, param]) => [name, readParam(fault, name, param, object[name])])
  return Object.fromEntries(values)
}

function readParam(fault: string, name: string, { schema, range, preset }: FaultParam, given: unknown): unknown {
  if (given === undefined) return preset
  const parsed = v.safeParse(schema, given)
  if (parsed.success) return parsed.output
  throw new FaultError(`"${name}" of ${fault} is ${shorten(given)}: it must be a ${range}.`.replace('a "', 'one of "'))
}

function known(params: FaultParams): string {
  const names = Object.keys(params)
  return names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`
}

export function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`
}
