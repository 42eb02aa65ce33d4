import * as v from 'valibot'
import { isJsonObject, jsonFlawOf } from '../../at/syntax/foreign-json.ts'
import type { Ask, Greeting } from '../protocol.ts'

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const id = whole

const greeting = v.strictObject({
  token: v.string(),
  run: v.optional(v.string()),
  after: v.nullable(whole),
})

const ask = v.union([
  v.strictObject({ id, do: v.looseObject({ op: v.string() }) }),
  v.strictObject({ id, stateAt: whole }),
  v.strictObject({ id, rowsFrom: whole, count: v.pipe(whole, v.maxValue(100_000)) }),
  v.strictObject({ id, bytesOf: whole }),
  v.strictObject({ id, export: v.picklist(['trace', 'at', 'pcapng', 'report']), from: whole, to: whole }),
  v.strictObject({ id, complete: v.pipe(v.string(), v.maxLength(1000)) }),
  v.strictObject({ id, align: v.literal(true) }),
])

export const readGreeting = (text: string): Greeting | undefined => read(greeting, text) as Greeting | undefined

export const readAsk = (text: string): Ask | undefined => read(ask, text)

function read<T>(schema: v.GenericSchema<unknown, T>, text: string): T | undefined {
  const value = parse(text)
  if (jsonFlawOf(value) || !isJsonObject(value)) return undefined
  const parsed = v.safeParse(schema, value)
  return parsed.success ? parsed.output : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
