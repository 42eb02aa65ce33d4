import { z } from 'zod'
import { deepestJson, jsonFlawOf, parseJsonFile } from '../at/syntax/foreign-json.ts'
import { findFault } from './catalogue/catalogue.ts'
import { FaultError, readParams, shorten } from './params.ts'

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

const wholeFrom = (from: number) => z.number().int().min(from).max(2_147_483_647)
const count = (from: number) => wholeFrom(from).describe(`a whole number from ${from}`)

const entrySchema = z.strictObject({
  fault: z.string().describe('the name of a fault'),
  params: z.record(z.string(), z.unknown()).describe('a JSON object').default({}),
  at: count(0).optional(),
  afterCommands: count(0).optional(),
  onCommand: z.string().min(1).max(200).describe('a pattern such as "AT+CMQTTPUB*"').optional(),
  onBytes: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x00-\xff]*$/)
    .describe('a string of 1–200 characters up to U+00FF')
    .optional(),
  direction: z.enum(['in', 'out']).describe('"in" or "out"').optional(),
  probability: z.number().min(0).max(1).describe('a number from 0 to 1').optional(),
  times: count(1).optional(),
  forMs: count(1).optional(),
  forCommands: count(1).optional(),
})

const fileSchema = z.strictObject({
  seed: z.number().int().min(0).max(0xffffffff).describe('a whole number, 0–4294967295').optional(),
  faults: z.array(z.unknown()).describe('an array of entries'),
})

type Entry = z.output<typeof entrySchema>

/** Reads a schedule from JSON. Throws a `FaultError` of one sentence that names the entry. */
export function parseSchedule(json: string): Schedule {
  const given = parseJson(json)
  const flaw = jsonFlawOf(given)
  if (flaw?.kind === 'deep')
    throw new FaultError(`The schedule is nested deeper than ${deepestJson} levels: nothing in one is.`)
  if (flaw) throw new FaultError(`The schedule: "${flaw.path.join('.')}" is unknown here: leave it out.`)
  const file = fileSchema.safeParse(given)
  if (!file.success) throw new FaultError(`The schedule: ${sentence(file.error.issues[0], fileSchema.shape, given)}`)
  return { seed: file.data.seed, entries: file.data.faults.map((entry, index) => parseEntry(entry, index + 1)) }
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
  const parsed = entrySchema.safeParse(given)
  try {
    if (!parsed.success) throw new FaultError(sentence(parsed.error.issues[0], entrySchema.shape, given))
    return entryOf(parsed.data)
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

type Shape = Readonly<Record<string, z.ZodType>>

function sentence(issue: z.core.$ZodIssue | undefined, shape: Shape, whole: unknown): string {
  if (issue?.code === 'unrecognized_keys') return `"${issue.keys[0]}" is unknown here: leave it out.`
  const name = issue?.path[0]
  if (typeof name !== 'string') return 'it must be a JSON object.'
  const expected = describe(shape[name])
  const given = (whole as Readonly<Record<string, unknown>>)[name]
  return `"${name}" is ${given === undefined ? 'missing' : shorten(given)}: it must be ${expected}.`
}

function describe(schema: z.ZodType | undefined): string {
  const inner = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : schema
  return schema?.description ?? (inner as z.ZodType | undefined)?.description ?? shorten(schema?.type)
}
