import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import { bytesOfToken, type FormKind, parseCommand } from '../../at/syntax/parse-line.ts'

/** One command of a line. */
export interface Call {
  readonly name: string
  readonly form: FormKind | 'unreadable'
  readonly args: readonly string[]
}

/** The commands of a command line, `AT` included. A line that a module can not read either is one of form `unreadable`. */
export function callsOf(line: string): readonly Call[] {
  const bytes = bytesOf(line.trim())
  const calls: Call[] = []
  let at = 2
  while (at < bytes.length) {
    const parsed = parseCommand(bytes, at)
    if (!parsed || parsed.next <= at) return [...calls, unreadable(line.trim().slice(at))]
    const args = parsed.tokens.map((token) => (token ? textOf(bytesOfToken(token)) : ''))
    calls.push({ name: parsed.name, form: parsed.form, args })
    at = parsed.next
  }
  return calls.length > 0 ? calls : [{ name: '', form: 'execute', args: [] }]
}

function unreadable(rest: string): Call {
  const name = /^\s*([+^*$%#]?[A-Za-z][A-Za-z0-9_]*)/.exec(rest)?.[1] ?? rest.trim().slice(0, 16)
  const args = rest.includes('=') ? rest.slice(rest.indexOf('=') + 1).split(',') : []
  return { name: name.toUpperCase(), form: 'unreadable', args }
}

/** The values of `+NAME: a,"b",c`. */
export function valuesIn(text: string): readonly string[] {
  const colon = text.indexOf(':')
  const rest = colon < 0 ? '' : text.slice(colon + 1).trim()
  if (rest === '') return []
  return (rest.match(/"[^"]*"?|[^,]+|(?<=,)(?=,|$)/g) ?? []).map((value) => value.trim().replace(/^"|"$/g, ''))
}
