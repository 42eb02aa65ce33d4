import { CR, concat, textOf } from '../at/syntax/bytes.ts'
import { isCommandLine } from '../at/syntax/parse-line.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import type { Module, ModuleState } from '../module/public.ts'

type ModuleLine = ModuleState['lines'][number]

/** Calls `tell` with each command line before the module gets its CR. Data after a prompt is not a command line. */
export class CommandWatch implements Tap {
  readonly #module: Module
  readonly #line: number
  readonly #tell: (command: string) => void

  constructor(module: Module, line: number, tell: (command: string) => void) {
    this.#module = module
    this.#line = line
    this.#tell = tell
  }

  take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void {
    for (let at = 0; at < bytes.length; ) {
      const state = this.#module.state().lines.find(({ id }) => id === this.#line)
      const rest = bytes.subarray(at)
      const length = state?.mode.kind === 'data' ? dataLength(state.mode, rest) : this.#command(state, rest)
      pass(rest.subarray(0, length))
      at += length
    }
  }

  #command(state: ModuleLine | undefined, rest: Uint8Array): number {
    const end = rest.indexOf(CR)
    if (end < 0) return rest.length
    const line = concat([state ? begun(state) : rest.subarray(0, 0), rest.subarray(0, end)])
    const text = textOf(line).replace(/^\n+/, '')
    if (isCommandLine(line.subarray(line.length - text.length))) this.#tell(text)
    return end + 1
  }
}

function dataLength(mode: Extract<ModuleLine['mode'], { kind: 'data' }>, rest: Uint8Array): number {
  return mode.stuck ? rest.length : Math.max(1, Math.min(rest.length, mode.wanted - mode.got.length))
}

/** The beginning of the line that is being typed. */
function begun({ mode, typeAhead, scan }: ModuleLine): Uint8Array {
  return mode.kind === 'command' ? scan.partial : typeAhead.subarray(typeAhead.lastIndexOf(CR) + 1)
}

/** Whether a command line fits a glob: `*` is anything, case does not count, `AT` may be left out. */
export function fitsGlob(command: string, glob: string): boolean {
  const wanted = /^at/i.test(glob) ? glob : `AT${glob}`
  const pattern = wanted.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${pattern.join('[\\s\\S]*')}$`, 'i').test(command)
}
