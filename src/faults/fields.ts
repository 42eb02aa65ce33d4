import * as v from 'valibot'
import { isJsonObject } from '../at/syntax/foreign-json.ts'

/** Any JSON object. */
export const jsonObject = v.custom<Readonly<Record<string, unknown>>>(isJsonObject)

/** A JSON object of these fields and no others. Each is described by what it must be. */
export const objectOf = <E extends v.ObjectEntries>(fields: E) => v.pipe(jsonObject, v.strictObject(fields))

/** A field that can't be used. */
export interface FieldProblem {
  readonly name: string
  /** What it must be; undefined: there is no such field. */
  readonly allowed: string | undefined
}

/** The field that an issue of `objectOf` is about; undefined: the whole is no object. */
export function problemOf(issue: v.BaseIssue<unknown>, fields: v.ObjectEntries): FieldProblem | undefined {
  const [place] = issue.path ?? []
  if (place === undefined) return undefined
  const name = String(place.key)
  return { name, allowed: Object.hasOwn(fields, name) ? allowedFor(fields[name]!) : undefined }
}

const allowedFor = (schema: v.ObjectEntries[string]): string | undefined =>
  'wrapped' in schema ? allowedFor(schema.wrapped as v.GenericSchema) : v.getDescription(schema as v.GenericSchema)
