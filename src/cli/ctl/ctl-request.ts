import { nearestName } from '../../at/syntax/nearest-name.ts'
import { operations } from '../../control/operations.ts'
import type { ControlOperation, ControlRequest } from '../../control/public.ts'
import { operationNamed, unknownOperation } from '../../control/requests.ts'
import { catalogue } from '../../faults/public.ts'
import { UsageError } from '../../launch/usage-error.ts'

/** The request of `ctl OP VALUE JSON`; JSON may stand alone. Throws a `UsageError`. */
export function controlRequest(op: string, value: string | undefined, json: string | undefined): ControlRequest {
  const known = operationNamed(op)
  if (!known) throw new UsageError(`ctl: ${unknownOperation(shownName(op))}`)
  const alone = json === undefined && value?.startsWith('{') === true && known.value === undefined
  const fields = alone ? fieldsOf(op, known, value) : json === undefined ? {} : fieldsOf(op, known, json)
  const request = { op, ...(alone ? {} : valueField(op, known, value)), ...fields }
  return op === 'fault' ? withParams(request) : request
}

/** What is near to no operation may be another argument, such as a part of a token. */
const shownName = (op: string): string => (nearestName(op, Object.keys(operations)) === undefined ? '…' : op)

function valueField(op: string, { value: name, fields }: ControlOperation, text: string | undefined): object {
  if (text === undefined) return {}
  if (name === undefined) throw new UsageError(`ctl ${op} takes no value${jsonFields(fields)}.`)
  const isNumber = /^\d+$/.test(text) && fields.find((field) => field.name === name)!.accepts(Number(text))
  return { [name]: isNumber ? Number(text) : text }
}

const jsonFields = (fields: ControlOperation['fields']): string =>
  fields.length === 0 ? '' : `; its fields stand in a JSON object: ${fields.map(({ name }) => name).join(', ')}`

function fieldsOf(op: string, { value, fields }: ControlOperation, text: string): object {
  if (fields.every(({ name }) => name === value)) throw new UsageError(`ctl ${op} takes no parameters.`)
  const given = parseJson(op, text)
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !('op' in given)) return given
  throw new UsageError(`ctl ${op}: ${text} is no JSON object of its fields: give one such as '${exampleOf(op)}'.`)
}

function parseJson(op: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`ctl ${op}: the parameters are no JSON: give an object such as '${exampleOf(op)}'.`)
  }
}

const exampleOf = (op: string): string =>
  op === 'fault' ? '{"afterMs":1000}' : op === 'radio' ? '{"signal":5}' : '{"announce":true}'

const times = ['forMs', 'forCommands', 'onCommand'] as const

/** What is no field of the operation is a parameter of the fault; so is a time that the fault has by itself. */
function withParams({ op, name, params, ...rest }: Record<string, unknown>): ControlRequest {
  if (params !== undefined) return { op, name, params, ...rest }
  const own = catalogue.find((fault) => fault.name === name)?.params ?? {}
  const isTime = (key: string) => times.some((time) => time === key) && !Object.hasOwn(own, key)
  const entries = Object.entries(rest)
  const given = entries.filter(([key]) => !isTime(key))
  return {
    op,
    name,
    ...Object.fromEntries(entries.filter(([key]) => isTime(key))),
    ...(given.length > 0 && { params: Object.fromEntries(given) }),
  }
}
