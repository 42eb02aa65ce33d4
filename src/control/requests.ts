import { deepestJson, isJsonObject, type JsonFlaw, jsonFlawOf } from '../at/syntax/foreign-json.ts'
import { nearestQuestion } from '../at/syntax/nearest-name.ts'
import { shorten } from '../faults/params.ts'
import { type ControlOperation, type ControlReply, type OperationContext, refusal } from './operation.ts'
import { operations } from './operations.ts'

/** Of a line that is no JSON object. */
export const noRequest = 'This line is no JSON object: send one a line, such as {"op":"state"}.'

/** Does what one line of JSON asks for. Never throws on a bad one. */
export function perform(context: OperationContext, line: string): ControlReply {
  const given = parseJson(line)
  const flaw = jsonFlawOf(given)
  if (flaw) return refusal(flawSentence(flaw))
  if (!isJsonObject(given)) return refusal(noRequest)
  const { op, ...fields } = given
  if (op === undefined) return refusal(`"op" is missing: it must be ${allowedOps()}.`)
  const known = operationNamed(op)
  return known ? known.perform(context, fields) : refusal(unknownOperation(op))
}

export const operationNamed = (op: unknown): ControlOperation | undefined =>
  typeof op === 'string' && Object.hasOwn(operations, op) ? operations[op] : undefined

/** The sentence that refuses an operation that is none. */
export const unknownOperation = (op: unknown): string =>
  `"op" is ${shorten(op)}: it must be ${allowedOps()}.${nearestQuestion(op, Object.keys(operations))}`

/** The object on a line of JSON; nothing if there is none. */
export function parseRequest(line: string): Readonly<Record<string, unknown>> | undefined {
  const given = parseJson(line)
  return !jsonFlawOf(given) && isJsonObject(given) ? given : undefined
}

function flawSentence(flaw: JsonFlaw): string {
  if (flaw.kind === 'deep') return `This line is nested deeper than ${deepestJson} levels: no operation takes that.`
  return `"${flaw.path.join('.')}" is no field of this operation: leave it out.`
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function allowedOps(): string {
  const names = Object.keys(operations).map((name) => `"${name}"`)
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
