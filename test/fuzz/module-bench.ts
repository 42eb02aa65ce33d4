import { bytesOf, concat, textOf } from '../../src/at/syntax/bytes.ts'
import {
  type Effect,
  type Input,
  type ModuleConfig,
  type ModuleState,
  nextDeadline,
  step,
} from '../../src/module/public.ts'
import { claim } from './claim.ts'

type LineState = ModuleState['lines'][number]
type WriteEffect = Extract<Effect, { readonly type: 'write' }>

/** Time comes to a rest: a module that asks to be called more often than this in one wait never does. */
const mostCalls = 20_000
const finals = new Set(['\r\nOK\r\n', '\r\nERROR\r\n', '0\r', '4\r'])

/** A module's pure step with nothing around it, that counts final results. No expectation library: it has to be fast. */
export class ModuleBench {
  readonly device: ModuleConfig
  state: ModuleState
  now: number
  /** The connection dialled last; 0 while there is none. */
  connection = 0
  /** Is told every effect. */
  watch: (effect: Effect) => void = () => {}
  #stores: number[] = []
  readonly #written = new Map<number, Uint8Array[]>()
  /** Text that a final result could be mistaken for has been given to the module. */
  #ambiguous = false

  constructor(device: ModuleConfig, state: ModuleState, now = 60_000) {
    this.device = device
    this.state = state
    this.now = now
  }

  /** The same, in another state. */
  copied(state: ModuleState): ModuleBench {
    const copy = new ModuleBench(this.device, state, this.now)
    copy.connection = this.connection
    copy.#stores = [...this.#stores]
    for (const [line, parts] of this.#written) copy.#written.set(line, [...parts])
    copy.#ambiguous = this.#ambiguous
    return copy
  }

  /** All that was written to a line, part by part. */
  written(line: number): readonly Uint8Array[] {
    return this.#written.get(line) ?? []
  }

  said(): string {
    return JSON.stringify([1, 2].map((line) => textOf(concat(this.written(line)))))
  }

  /** Bytes from the first host as they are. */
  typed(bytes: Uint8Array): void {
    this.#watchFor(bytes)
    this.#apply({ type: 'bytes', line: 1, bytes })
  }

  /** A command line of the first host: `AT`, the text, CR. */
  command(text: Uint8Array): void {
    const bytes = concat([bytesOf('AT'), text, bytesOf('\r')])
    const before = this.#line()
    const idle = before?.mode.kind === 'command' && before.scan.partial.length === 0 && !before.scan.overlong
    const found = this.#apply({ type: 'bytes', line: 1, bytes })
    if (idle) this.#claimFinals(before, found, 1)
  }

  /** Anything but bytes of the first host: it brings no result but that of a command that runs. */
  input(input: Input): void {
    if ('bytes' in input) this.#watchFor(input.bytes)
    const before = this.#line()
    const found = this.#apply(input)
    if (before && before.typeAhead.length === 0 && !(input.type === 'bytes' && input.line === 1))
      this.#claimFinals(before, found, before.mode.kind === 'command' ? 0 : 1)
  }

  /** The store has done what it was asked for first; false when it was asked for nothing. */
  stored(done: boolean): boolean {
    const line = this.#stores.shift()
    if (line !== undefined) this.input({ type: 'stored', line, done, names: ['a.pem'] })
    return line !== undefined
  }

  advance(ms: number): void {
    const end = this.now + ms
    let calls = 0
    for (let due = nextDeadline(this.state); due <= end; due = nextDeadline(this.state)) {
      claim(++calls < mostCalls, 'it asks for the time again and again')
      this.now = Math.max(this.now, due)
      this.input({ type: 'time' })
    }
    this.now = end
  }

  /** What comes back as it is, as an echo, a topic or a payload, could be taken for a final result. */
  #watchFor(bytes: Uint8Array): void {
    this.#ambiguous ||= /OK|ERR|(^|\r)[04]\r/.test(textOf(bytes))
  }

  #line(): LineState | undefined {
    return this.state.lines[0]
  }

  /** Gives how many final results the first line got; undefined when that can't be told. */
  #apply(input: Input): number | undefined {
    const listened = this.state.cellular.power.kind
    const { state, effects } = step(this.device, this.state, input, this.now)
    this.state = state
    let count = 0
    for (const effect of effects) {
      this.watch(effect)
      if (effect.type === 'write') count += this.#note(effect)
      if (effect.type === 'dial') this.connection = effect.connection
      if (effect.type === 'store') this.#stores.push(effect.line)
    }
    const steady =
      listened === 'on' && state.cellular.power.kind === 'on' && !/^(power|reset|host|attach)$/.test(input.type)
    return steady && !this.#ambiguous ? count : undefined
  }

  #note({ line, parts }: WriteEffect): number {
    const all = this.#written.get(line)
    if (all) all.push(...parts)
    else this.#written.set(line, [...parts])
    return line === 1 ? parts.filter(isFinal).length : 0
  }

  #claimFinals(before: LineState, found: number | undefined, due: number): void {
    const after = this.#line()
    if (found === undefined || !after?.hasHost || before.settings.quiet !== 0 || after.settings.quiet !== 0) return
    const open = after.mode.kind === 'command' ? 0 : 1
    claim(found + open === due, `${found} final results, ${open} to come, in place of ${due}`)
  }
}

function isFinal(part: Uint8Array): boolean {
  if (part.length > 80) return false
  const text = textOf(part)
  return finals.has(text) || text.startsWith('\r\n+CME ERROR:') || text.startsWith('\r\n+CMS ERROR:')
}
