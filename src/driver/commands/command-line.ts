import {
  type Command,
  encodeWrite,
  type Form,
  type FormParams,
  matchWrite,
  type ParamValues,
} from '../../at/commands/command.ts'
import type { Param } from '../../at/commands/param.ts'
import { bytesOf, copyOf, textOf } from '../../at/syntax/bytes.ts'
import { parseCommand, type Token } from '../../at/syntax/parse-line.ts'
import { maxLineBytes } from '../../at/syntax/scan-line.ts'
import { InputError } from './errors.ts'

export interface FormLine {
  /** Without its CR; one character is one byte. */
  readonly line: string
  /** The values as the definition has them. */
  readonly typed: Readonly<Record<string, unknown>>
}

/** `AT+CMQTTSUB?`, `AT+CMQTTSTART`, `ATI` */
export function namedLine({ name }: Command, kind: 'execute' | 'read' | 'test'): string {
  return `AT${name}${{ execute: '', read: '?', test: '=?' }[kind]}`
}

/** The line of a write form. Throws an `InputError` for values that the line can't carry; nothing was sent. */
export function formLine(
  command: Command,
  form: Form,
  given: Readonly<Record<string, unknown>>,
  data: Uint8Array | undefined,
): FormLine {
  const typed: Record<string, unknown> = {}
  for (const [key, param] of Object.entries(form.params)) {
    if (key === form.prompt) typed[key] = lengthOf(command, param, data!)
    else typed[key] = typedValue(command, key, param, given?.[key])
  }
  checkNames(command, form, given)
  checkTogether(command, form, typed)
  fillUp(form, typed)
  const line = encodeWrite(command, form, typed as ParamValues<FormParams>)
  checkLine(command, form, line)
  return { line: textOf(line), typed }
}

/** The bytes for a prompt, a copy; text as UTF-8. */
export function dataBytes(command: Command, data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return copyOf(data)
  if (typeof data === 'string') return utf8(data)
  throw new InputError(command.name, 'data', 'give a Uint8Array or a string')
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function lengthOf(command: Command, param: Param<unknown>, data: Uint8Array): number {
  try {
    param.encode(data.length)
    return data.length
  } catch {
    throw new InputError(command.name, 'data', `${data.length} bytes, the module takes ${rangeOf(param)}`)
  }
}

function rangeOf({ limits }: Param<unknown>): string {
  if (limits.kind !== 'number') return 'none'
  return limits.spans.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(' or ')
}

/** The value as its definition has it, proven to be one that the line can carry. */
function typedValue(command: Command, key: string, param: Param<unknown>, value: unknown): unknown {
  if (param.limits.kind === 'keyword') return param.limits.word
  if (value === undefined && param.optional) return undefined
  if (value === undefined) throw new InputError(command.name, key, 'it is missing')
  const typed = param.limits.kind === 'text' ? textValue(command, key, param, value) : value
  try {
    param.encode(typed)
  } catch (error) {
    throw new InputError(command.name, key, error instanceof Error ? error.message : String(error))
  }
  return typed
}

function textValue(command: Command, key: string, param: Param<unknown>, value: unknown): unknown {
  const bytes = typeof value === 'string' ? utf8(value) : value
  if (!(bytes instanceof Uint8Array)) throw new InputError(command.name, key, 'give a string or a Uint8Array')
  const limits = param.limits
  if (limits.kind === 'text' && (bytes.length < limits.minBytes || bytes.length > limits.maxBytes))
    throw new InputError(
      command.name,
      key,
      `${bytes.length} bytes, the module takes ${limits.minBytes} to ${limits.maxBytes}`,
    )
  const bad = bytes.find((byte) => byte === 0x22 || byte < 0x20 || byte === 0x7f)
  if (bad !== undefined)
    throw new InputError(
      command.name,
      key,
      `a quoted string can't hold the byte 0x${bad.toString(16).padStart(2, '0')}`,
    )
  const typed = param.decode(quoted(bytes))
  if (typed === undefined) throw new InputError(command.name, key, 'it does not have the form that the module expects')
  return typed
}

const quoted = (line: Uint8Array): Token => ({ kind: 'quoted', number: -1, line, from: 0, to: line.length })

function checkNames(command: Command, form: Form, given: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(given ?? {}))
    if (!(key in form.params) || key === form.prompt)
      throw new InputError(command.name, key, 'there is no such parameter')
}

function checkTogether(command: Command, { requires = {} }: Form, typed: Readonly<Record<string, unknown>>): void {
  for (const [key, other] of Object.entries(requires))
    if (typed[key] !== undefined && typed[other] === undefined)
      throw new InputError(command.name, key, `it can't be given without ${other}`)
}

/** Optional flags that make the form what it is, with fewer parameters it would be another, are sent as 0. */
function fillUp({ params, minParams = 0 }: Form, typed: Record<string, unknown>): void {
  const keys = Object.keys(params).slice(0, minParams)
  for (const key of keys) typed[key] ??= 0
}

/** Reads the line as a module does: it must be this form of this command, alone and whole. */
function checkLine(command: Command, form: Form, line: Uint8Array): void {
  if (line.length > maxLineBytes) throw new InputError(command.name, 'line', `it is longer than ${maxLineBytes} bytes`)
  const call = parseCommand(line, 2)
  const alone = call?.name === command.name && call.next === line.length && line.every((byte) => byte >= 0x20)
  const matched = alone && matchWrite(command, call.tokens)
  if (!matched || command.write?.[matched.form] !== form)
    throw new InputError(
      command.name,
      'line',
      form.absent ? 'this firmware does not have the form' : 'the values are none that the module understands',
    )
}

/** A line that a caller wrote: one command line, nothing behind it. */
export function checkedLine(line: string): string {
  const bad = [...line].find((character) => character < ' ' || character === '\x7f')
  if (bad !== undefined) {
    const code = bad.charCodeAt(0).toString(16).padStart(2, '0')
    throw new InputError('', 'command', `a command line can't hold the byte 0x${code}; send one line at a time`)
  }
  if (!/^at/i.test(line)) throw new InputError('', 'command', 'it must begin with AT')
  const text = textOf(utf8(line))
  if (text.length > maxLineBytes) throw new InputError('', 'command', `it is longer than ${maxLineBytes} bytes`)
  return text
}

/** The only command of a line; undefined where there are several, or none. */
export function onlyCall(line: string) {
  const bytes = bytesOf(line)
  const call = parseCommand(bytes, 2)
  return call?.next === bytes.length ? call : undefined
}
