import { type ControlOperation, type OperationField, operations } from '../../src/control/public.ts'

/** The table of operations of the control port, in Markdown. */
export function operationTable(): string {
  const rows = Object.entries(operations).flatMap(([op, operation]) =>
    operation.does.map(
      (row) => `| \`${op}\` | ${fieldsOf(operation, row) || '–'} | ${row.text} | ${operation.reply ?? '–'} |`,
    ),
  )
  return ['| `op` | field | what it does | in the reply |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** Fields of a row: what the row is about; then what may be added. */
function fieldsOf({ value, fields }: ControlOperation, { of, takes }: ControlOperation['does'][number]): string {
  return fields
    .filter(({ name }) => name === value || takes === undefined || takes.includes(name))
    .map((field) => (field.name === value && of ? `\`${value}\`: ${words(of)}` : fieldText(field)))
    .join('; ')
}

const words = (of: readonly string[]): string => of.map((word) => `\`"${word}"\``).join(', ')

const fieldText = ({ name, allowed, optional }: OperationField): string =>
  name === 'announce' ? '`announce`' : `\`${name}\`${optional ? ' if wanted' : ''}: ${allowed}`
