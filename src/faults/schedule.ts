import * as v from 'valibot'
import { deepestJson, jsonFlawOf, parseJsonFile } from '../at/syntax/foreign-json.ts'
import { findFault } from './catalogue/catalogue.ts'
import { jsonObject, objectOf, problemOf } from './fields.ts'
import { FaultError, readParams, shorten, whole } from './params.ts'

/** When a fault of a schedule starts, and how long it lasts. */
export interface ScheduleEntry {
  readonly fault: string
  readonly params: Readonly<Record<string, unknown>>
  readonly when: When
  /** 0 to 1, drawn each time the condition is met. */
  readonly probability: number
  /** How often it starts at most. */
  readonly times: number
  readonly forMs: number | undefined
  readonly forCommands: number | undefined
}

export type When =
  /** Milliseconds after the schedule began. */
  | { readonly kind: 'at'; readonly ms: number }
  /** Before the command line after this many others. */
  | { readonly kind: 'afterCommands'; readonly count: number }
  /** Before each command line that fits a glob. */
  | { readonly kind: 'onCommand'; readonly glob: string }
  /** Behind each occurrence of some bytes. */
  | { readonly kind: 'onBytes'; readonly bytes: string; readonly direction: 'in' | 'out' }

export interface Schedule {
  /** Overrides the module's. */
  readonly seed: number | undefined
  readonly entries: readonly ScheduleEntry[]
}

const count = (from: number) => v.pipe(whole(from, 2_147_483_647), v.description(`a whole number from ${from}`))
const short = v.pipe(v.string(), v.minLength(1), v.maxLength(200))

const entryFields = {
  fault: v.pipe(v.string(), v.description('the name of a fault')),
  params: v.optional(v.pipe(jsonObject, v.description('a JSON object')), {}),
  at: v.optional(count(0)),
  afterCommands: v.optional(count(0)),
  onCommand: v.optional(v.pipe(short, v.description('a pattern such as "AT+CMQTTPUB*"'))),
  onBytes: v.optional(
    v.pipe(short, v.regex(/^[\x00-\xff]*$/), v.description('a string of 1–200 characters up to U+00FF')),
  ),
  direction: v.optional(v.pipe(v.picklist(['in', 'out']), v.description('"in" or "out"'))),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description('a number from 0 to 1'))),
  times: v.optional(count(1)),
  forMs: v.optional(count(1)),
  forCommands: v.optional(count(1)),
}

const fileFields = {
  seed: v.optional(v.pipe(whole(0, 0xffffffff), v.description('a whole number, 0–4294967295'))),
  faults: v.pipe(v.array(v.unknown()), v.description('an array of entries')),
}

const entrySchema = objectOf(entryFields)
const fileSchema = objectOf(fileFields)
type Entry = v.InferOutput<typeof entrySchema>

/** Reads a schedule from JSON. Throws a `FaultError` of one sentence that names the entry. */
export function parseSchedule(json: string): Schedule {
  const given = parseJson(json)
  const flaw = jsonFlawOf(given)
  if (flaw?.kind === 'deep')
    throw new FaultError(`The schedule is nested deeper than ${deepestJson} levels: nothing in one is.`)
  if (flaw) throw new FaultError(`The schedule: "${flaw.path.join('.')}" is unknown here: leave it out.`)
  const file = v.safeParse(fileSchema, given)
  if (!file.success) throw new FaultError(`The schedule: ${sentence(file.issues[0], fileFields, given)}`)
  return { seed: file.output.seed, entries: file.output.faults.map((entry, index) => parseEntry(entry, index + 1)) }
}

function parseJson(json: string): unknown {
  try {
    return parseJsonFile(json)
  } catch (error) {
    const cause = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
    throw new FaultError(`The schedule is no JSON (${cause}): write {"faults": [ … ]}.`)
  }
}

function parseEntry(given: unknown, position: number): ScheduleEntry {
  const parsed = v.safeParse(entrySchema, given)
  try {
    if (!parsed.success) throw new FaultError(sentence(parsed.issues[0], entryFields, given))
    return entryOf(parsed.output)
  } catch (error) {
    if (error instanceof FaultError) throw new FaultError(`Entry ${position} of the schedule: ${error.message}`)
    throw error
  }
}

function entryOf(entry: Entry): ScheduleEntry {
  const { fault, params, forMs, forCommands, times, probability = 1 } = entry
  readParams(fault, findFault(fault).params, params)
  const when = whenOf(entry)
  const most = times ?? (when.kind === 'at' || when.kind === 'afterCommands' ? 1 : Number.POSITIVE_INFINITY)
  return { fault, params, when, probability, times: most, forMs, forCommands }
}

function whenOf({ at, afterCommands, onCommand, onBytes, direction, probability }: Entry): When {
  const whens: When[] = []
  if (at !== undefined) whens.push({ kind: 'at', ms: at })
  if (afterCommands !== undefined) whens.push({ kind: 'afterCommands', count: afterCommands })
  if (onCommand !== undefined) whens.push({ kind: 'onCommand', glob: onCommand })
  if (onBytes !== undefined) whens.push({ kind: 'onBytes', bytes: onBytes, direction: direction ?? 'in' })
  if (direction !== undefined && onBytes === undefined)
    throw new FaultError('"direction" belongs to "onBytes": leave it out.')
  if (whens.length === 0 && probability !== undefined) return { kind: 'onCommand', glob: 'AT*' }
  const [when] = whens
  if (when === undefined || whens.length > 1)
    throw new FaultError('give one of "at", "afterCommands", "onCommand" and "onBytes", or "probability" alone.')
  return when
}

function sentence(issue: v.BaseIssue<unknown>, fields: v.ObjectEntries, whole: unknown): string {
  const problem = problemOf(issue, fields)
  if (problem === undefined) return 'it must be a JSON object.'
  const { name, allowed } = problem
  if (allowed === undefined) return `"${name}" is unknown here: leave it out.`
  const given = (whole as Readonly<Record<string, unknown>>)[name]
  return `"${name}" is ${given === undefined ? 'missing' : shorten(given)}: it must be ${allowed}.`
}
