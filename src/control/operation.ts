import * as v from 'valibot'
import type { Content } from '../at/commands/content.ts'
import { nearestQuestion } from '../at/syntax/nearest-name.ts'
import { objectOf, problemOf } from '../faults/fields.ts'
import { shorten } from '../faults/params.ts'
import { FaultError, type Faults } from '../faults/public.ts'
import type { Module } from '../module/public.ts'
import type { LineAdvice } from './line-advice.ts'

/** What a control connection can do. */
export interface OperationContext {
  readonly module: Module
  /** Undefined: faults can not be injected. */
  readonly faults?: Faults | undefined
  /** What goes wrong on its lines; none: nobody explains that. */
  readonly advice?: LineAdvice | undefined
  /** What is left out of what it shows. */
  readonly leftOut?: readonly Content[]
  /** Restores everything, also what is around the module. */
  fresh(): void
  /** Starts sending events on this connection. */
  streamEvents(): void
}

/** An error is one sentence: what was wrong and what to do. */
export type ControlReply =
  | { readonly ok: true; readonly [field: string]: unknown }
  | { readonly ok: false; readonly error: string }

type Result = Readonly<Record<string, unknown>>

/** What an operation is for people, in Markdown where it is more than a title. */
export interface OperationText {
  /** One line, without capital and full stop. */
  readonly title: string
  /** The field whose value stands behind the name of the operation, where that is short. */
  readonly value?: string
  /** What it does; by values of that field where they do different things. */
  readonly does: readonly OperationRow[]
  /** What is in the reply. */
  readonly reply?: string
}

export interface OperationRow {
  readonly of?: readonly string[]
  /** Fields besides; none: all. */
  readonly takes?: readonly string[]
  readonly text: string
}

/** A field of a request. */
export interface OperationField {
  readonly name: string
  /** `it must be …` */
  readonly allowed: string
  readonly optional: boolean
  /** The words that it may be, where it is one of some. */
  readonly words?: readonly string[]
  accepts(value: unknown): boolean
}

/** One operation: what it is for people, what it takes beside `op`, and what it does. */
export interface ControlOperation extends OperationText {
  readonly fields: readonly OperationField[]
  perform(context: OperationContext, request: Result): ControlReply
}

export type FieldValues<F extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<F, undefined>>

/** What `run` gives, an object or nothing, is in the reply beside `ok`. */
export function operation<F extends v.ObjectEntries>(
  fields: F,
  text: OperationText,
  run: (context: OperationContext, request: FieldValues<F>) => unknown,
): ControlOperation {
  const schema = objectOf(fields)
  return {
    ...text,
    fields: Object.entries(fields).map(([name, field]) => fieldOf(name, field)),
    perform(context, request) {
      const parsed = v.safeParse(schema, request)
      if (!parsed.success) return refusal(sentence(parsed.issues[0], fields, request))
      return refusing(() => run(context, parsed.output))
    },
  }
}

export const refusal = (error: string): ControlReply => ({ ok: false, error })

/** What a fault can't do is a refusal. */
function refusing(run: () => unknown): ControlReply {
  try {
    return { ok: true, ...(run() as Result | undefined) }
  } catch (error) {
    if (error instanceof FaultError) return refusal(error.message)
    throw error
  }
}

type AnySchema = v.ObjectEntries[string]

function fieldOf(name: string, schema: AnySchema): OperationField {
  const optional = 'wrapped' in schema
  const inner = (optional ? schema.wrapped : schema) as v.GenericSchema
  const words = wordsOf(inner)
  return {
    name,
    allowed: v.getDescription(inner)!,
    optional,
    ...(words && { words }),
    accepts: (value) => v.is(inner, value),
  }
}

/** The choices of a list of words that was given a description. */
function wordsOf(schema: v.GenericSchema): readonly string[] | undefined {
  const [first] = 'pipe' in schema ? (schema.pipe as readonly [v.GenericSchema]) : [schema]
  return first.type === 'picklist' ? (first as v.PicklistSchema<readonly string[], undefined>).options : undefined
}

function sentence(issue: v.BaseIssue<unknown>, fields: v.ObjectEntries, request: Result): string {
  const { name, allowed } = problemOf(issue, fields)!
  if (allowed === undefined)
    return `"${name}" is no field of this operation: leave it out.${nearestQuestion(name, Object.keys(fields))}`
  if (request[name] === undefined) return `"${name}" is missing: it must be ${allowed}.`
  return `"${name}" is ${shorten(request[name])}: it must be ${allowed}.`
}
