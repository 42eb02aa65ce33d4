import { readWhole } from '../../io/read-file.ts'
import { errorText } from '../../io/setup-error.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { HoleValues } from '../../transcript/language/pattern.ts'

/** The name of a hole and its value. */
function parseValue(option: string, text: string): readonly [name: string, value: string] {
  const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`${option}: give NAME=VALUE with the name of a hole, such as password=secret1.`)
  return [name, value]
}

/** `--set NAME=VALUE`, added to those before it. */
export function collectValue(text: string, values: HoleValues = {}): HoleValues {
  const [name, value] = parseValue('--set', text)
  return { ...values, [name]: value }
}

/** `--set-file NAME=FILE`. */
export function collectFile(text: string, values: HoleValues = {}): HoleValues {
  const [name, path] = parseValue('--set-file', text)
  try {
    return { ...values, [name]: readWhole(path) }
  } catch (error) {
    throw new UsageError(`--set-file ${name}: ${path} can't be read (${errorText(error)}): give another file.`)
  }
}
