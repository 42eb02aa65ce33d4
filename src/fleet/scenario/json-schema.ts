import type * as v from 'valibot'
import { scenarioSchema } from './scenario-schema.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON schema of a scenario file, for editors; made from what the reader checks. */
export const scenarioJsonSchema = (): JsonSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A scenario of atmqtt fleet',
  ...jsonSchemaOf(scenarioSchema),
})

/** Of schemas of valibot, those that scenarios and reports are made of. */
type Schema = v.GenericSchema<unknown, unknown> & {
  readonly type: string
  readonly wrapped?: Schema
  readonly entries?: Readonly<Record<string, Schema>>
  readonly options?: readonly (Schema | string | number)[]
  readonly item?: Schema
  readonly value?: Schema
  readonly literal?: unknown
  readonly pipe?: readonly (Schema & { readonly kind: string; readonly requirement?: unknown })[]
}

export function jsonSchemaOf(given: v.GenericSchema<unknown, unknown>): JsonSchema {
  const schema = given as Schema
  const [first, ...rest] = schema.pipe ?? []
  if (!first || first === schema) return plain(schema)
  const steps = rest.filter(({ kind }) => kind !== 'schema')
  return Object.assign({}, jsonSchemaOf(first), ...steps.map(limits))
}

function plain(schema: Schema): JsonSchema {
  switch (schema.type) {
    case 'optional':
      return jsonSchemaOf(schema.wrapped!)
    case 'strict_object':
      return objectSchema(schema.entries!)
    case 'array':
      return { type: 'array', items: jsonSchemaOf(schema.item!) }
    case 'nullable':
      return { anyOf: [jsonSchemaOf(schema.wrapped!), { type: 'null' }] }
    case 'literal':
      return { const: schema.literal }
    case 'union':
      return { anyOf: (schema.options as readonly Schema[]).map(jsonSchemaOf) }
    case 'picklist':
      return { enum: schema.options }
    case 'record':
      return { type: 'object', additionalProperties: jsonSchemaOf(schema.value!) }
    default:
      return { type: schema.type }
  }
}

const objectSchema = (entries: Readonly<Record<string, Schema>>): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, jsonSchemaOf(value)])),
  required: Object.entries(entries).flatMap(([key, { type }]) => (type === 'optional' ? [] : [key])),
  additionalProperties: false,
})

function limits({ type, requirement }: { readonly type: string; readonly requirement?: unknown }): JsonSchema {
  switch (type) {
    case 'regex':
      return { pattern: (requirement as RegExp).source }
    case 'min_value':
      return { minimum: requirement }
    case 'max_value':
      return { maximum: requirement }
    case 'integer':
      return { type: 'integer' }
    case 'min_length':
      return { minItems: requirement }
    default:
      return {}
  }
}
