import type { ControlOperation, OperationField } from '../../control/public.ts'
import { operations } from '../../control/public.ts'

/** What `ctl` can do, for its help: a line each operation, and the names of the JSON fields where there are several. */
export function operationsHelp(): string {
  const fieldsOf = (op: string) => operations[op as keyof typeof operations] as ControlOperation
  const several = Object.keys(operations).filter((op) => jsonFields(fieldsOf(op)).length > 1)
  const names = several.map((op) => `  ${op}: ${jsonNames(op, fieldsOf(op)).join(', ')}`)
  return [`Operations ('{"announce":true}' as JSON tells the servers of a loss):`, ...operationLines(), ...names].join(
    '\n',
  )
}

const jsonNames = (op: string, operation: ControlOperation): readonly string[] => [
  ...jsonFieldsOf(operation).map(({ name }) => name),
  ...(op === 'fault' ? ['the parameters that "faults NAME" lists'] : []),
]

function operationLines(): readonly string[] {
  const calls = Object.entries(operations).map(([op, operation]) => callOf(op, operation))
  const width = Math.max(...calls.map(({ length }) => length))
  return Object.entries(operations).map(
    ([op, { title }], i) => `  ${calls[i]!.padEnd(width)}  ${title}${op === 'explain' ? ' (JSON: --json)' : ''}`,
  )
}

/** The same for its page, with the values of the JSON fields. */
export function operationsText(): string {
  const lines = operationLines()
  return Object.entries(operations)
    .flatMap(([op, operation], i) => [
      lines[i]!,
      ...jsonFields(operation).map((row) => `      ${row}`),
      ...(op === 'fault' ? ['      and the parameters of the fault: "atmqtt faults NAME" lists them'] : []),
    ])
    .join('\n')
}

/** `network down|up|silent [JSON]` */
function callOf(op: string, operation: ControlOperation): string {
  const value = operation.fields.find(({ name }) => name === operation.value)
  const others = operation.fields.filter((field) => field !== value)
  const json = others.length === 0 ? [] : [value === undefined && op === 'radio' ? 'JSON' : '[JSON]']
  return [op, ...(value ? [value.words?.join('|') ?? value.name.toUpperCase()] : []), ...json].join(' ')
}

const jsonFields = (operation: ControlOperation): readonly string[] => jsonFieldsOf(operation).map(fieldRow)

const jsonFieldsOf = ({ fields, value }: ControlOperation): readonly OperationField[] =>
  fields.filter(({ name }) => name !== value && name !== 'params')

const fieldRow = ({ name, allowed }: OperationField): string => `"${name}": ${allowed}`
