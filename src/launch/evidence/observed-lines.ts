import { type Command, type Form, matchWrite } from '../../at/commands/command.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { type FormKind, isCommandLine, parseCommand, skipSpaces } from '../../at/syntax/parse-line.ts'
import { freshScan, type Scan, scanLine } from '../../at/syntax/scan-line.ts'
import type { Effect, ModuleConfig, ModuleState, ModuleStep } from '../../module/public.ts'

/** A command of a line, as its definition has it. */
export interface ObservedCall {
  /** Of the definition: `publish`. */
  readonly key: string
  readonly command: Command
  readonly kind: FormKind
  /** Of a write form that fits; none: its parameters fit none. */
  readonly form?: { readonly key: string; readonly about: Form; readonly values: Readonly<Record<string, unknown>> }
  /** The first parameter, where it is a number; -1: it is none. */
  readonly first: number
}

/** A command line with its final result. */
export interface AnsweredLine {
  readonly calls: readonly ObservedCall[]
  /** Names that no definition has. */
  readonly unknown: readonly string[]
  /** All that the line said from the command to its final result, echo left out. */
  readonly answer: string
  /** Around the step in which the final result was written. */
  readonly before: ModuleState
  readonly after: ModuleState
  /** It took data behind a prompt: its commands were told of when that opened. */
  readonly prompted: boolean
}

/** What a step shows of the lines. */
export interface ObservedLines {
  readonly answered: readonly AnsweredLine[]
  /** Commands of lines that now wait for data, whether or not the prompt was seen. */
  readonly prompted: readonly ObservedCall[]
  /** A line that was no command was typed. */
  readonly ignored: boolean
  /** Each different output to a line, echo left out. */
  readonly outputs: readonly string[]
}

type Tables = Pick<ModuleConfig, 'commands' | 'keys'>

interface OpenLine extends Pick<AnsweredLine, 'calls' | 'unknown'> {
  answer: string
  prompted: boolean
}

const finalResult = /(?:^|\r\n)(?:OK|ERROR|\+CME ERROR: [^\r\n]*)\r\n/
/** `ATV0` */
const finalCode = /(?:^|\r|\n)[04]\r$/

const nothing: OpenLine = { calls: [], unknown: [], answer: '', prompted: false }

/** Joins what is typed and written, step by step, to command lines and their answers. */
export class LineJoiner {
  readonly #tables: Tables
  readonly #scans = new Map<number, Scan>()
  readonly #open = new Map<number, OpenLine>()
  readonly #last = new Map<number, OpenLine>()
  /** Lines on which commands were given. */
  readonly used = new Set<number>()

  constructor(tables: Tables) {
    this.#tables = tables
  }

  take({ effects, before, after, input }: ModuleStep): ObservedLines {
    if (input.type === 'fresh') this.#forget()
    const answered: AnsweredLine[] = []
    const outputs = new Map<number, string>()
    let ignored = false
    const echoes = new Set(effects.flatMap((effect) => (effect.type === 'typed' && effect.echo ? [effect.echo] : [])))
    for (const effect of effects) {
      if (effect.type === 'typed' && effect.as === 'command') ignored = this.#typed(effect) || ignored
      if (effect.type !== 'write') continue
      const text = effect.parts.map((part) => (echoes.has(part) ? '' : textOf(part))).join('')
      outputs.set(effect.line, (outputs.get(effect.line) ?? '') + text)
      const line = this.#said(effect.line, text)
      if (line) answered.push({ ...line, before, after })
    }
    const prompted = after.lines.flatMap((line) => (line.mode.kind === 'data' ? this.#prompted(line.id) : []))
    return { answered, prompted, ignored, outputs: [...new Set(outputs.values())].filter((text) => text !== '') }
  }

  /** Once, when the prompt opens. */
  #prompted(line: number): readonly ObservedCall[] {
    const open = this.#open.get(line)
    if (!open || open.prompted) return []
    open.prompted = true
    return open.calls
  }

  #forget(): void {
    for (const map of [this.#scans, this.#open, this.#last]) map.clear()
  }

  /** Whether a line that is no command was completed. */
  #typed({ line, chunk, from, to }: Extract<Effect, { type: 'typed' }>): boolean {
    let ignored = false
    const bytes = chunk.subarray(from, to)
    for (let at = 0; at < bytes.length; ) {
      const scanned = scanLine(this.#scans.get(line) ?? freshScan, bytes, at)
      this.#scans.set(line, scanned.scan)
      at = scanned.next
      if (scanned.kind === 'repeat') this.#begin(line, this.#last.get(line) ?? nothing)
      if (scanned.kind !== 'line') continue
      if (isCommandLine(scanned.line)) this.#begin(line, this.#parse(scanned.line))
      else ignored ||= scanned.line.length > 0
    }
    return ignored
  }

  #begin(line: number, { calls, unknown }: OpenLine): void {
    const open = { calls, unknown, answer: '', prompted: false }
    this.#open.set(line, open)
    this.#last.set(line, open)
    this.used.add(line)
  }

  #said(line: number, text: string): OpenLine | undefined {
    const open = this.#open.get(line)
    if (!open) return undefined
    open.answer += text
    if (!finalResult.test(open.answer) && !finalCode.test(open.answer)) return undefined
    this.#open.delete(line)
    return open
  }

  #parse(line: Uint8Array): OpenLine {
    const calls: ObservedCall[] = []
    const unknown: string[] = []
    for (let at = skipSpaces(line, 2); at < line.length; ) {
      const call = parseCommand(line, at)
      const key = call && this.#tables.keys.get(call.name)
      if (!call) break
      if (key === undefined) unknown.push(call.name)
      else calls.push(this.#observed(key, call.form, call.tokens))
      at = skipSpaces(line, call.next)
    }
    return { calls, unknown, answer: '', prompted: false }
  }

  #observed(key: string, kind: FormKind, tokens: Parameters<typeof matchWrite>[1]): ObservedCall {
    const command = this.#tables.commands[key]!
    const first = tokens[0]?.number ?? -1
    const matched = kind === 'write' ? matchWrite(command, tokens) : undefined
    if (!matched) return { key, command, kind, first }
    const { form, values } = matched
    return { key, command, kind, first, form: { key: form, about: command.write![form]!, values } }
  }
}
