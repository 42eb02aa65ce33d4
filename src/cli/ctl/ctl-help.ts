import type { ControlOperation, OperationField } from '../../control/public.ts'
import { operations } from '../../control/public.ts'

/** What `ctl` can do, for its help and its page: a line each operation, its JSON fields below. */
export function operationsText(): string {
  const entries = Object.entries(operations)
  const calls = entries.map(([op, operation]) => callOf(op, operation))
  const width = Math.max(...calls.map(({ length }) => length))
  return entries
    .flatMap(([op, operation], i) => [
      `  ${calls[i]!.padEnd(width)}  ${operation.title}`,
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

const jsonFields = ({ fields, value }: ControlOperation): readonly string[] =>
  fields.filter(({ name }) => name !== value && name !== 'params').map(fieldRow)

const fieldRow = ({ name, allowed }: OperationField): string => `"${name}": ${allowed}`
