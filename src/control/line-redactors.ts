import { textOf } from '../at/syntax/bytes.ts'
import { LineRedactor, type LineSpan } from '../at/syntax/redact.ts'
import type { LineState, ModuleState } from '../module/core/state.ts'

type Direction = 'in' | 'out'
type BothWays = Readonly<Record<Direction, LineRedactor>>

/** Takes the secrets out of what goes over the lines of a module, by name. */
export class LineRedactors {
  readonly #lines: Map<string, BothWays>

  /** Someone who starts watching while something is half typed must not see the second half of a secret in it. */
  constructor({ lines }: ModuleState) {
    this.#lines = new Map(lines.map((line) => [line.name, underWay(line)]))
  }

  /** What can be shown now; `''`: nothing. */
  take(line: string, direction: Direction, bytes: Uint8Array, spans: readonly LineSpan[]): string {
    const redactors = this.#lines.get(line) ?? { in: new LineRedactor(), out: new LineRedactor() }
    this.#lines.set(line, redactors)
    return redactors[direction].take(textOf(bytes), spans)
  }

  /** A half-typed line of the last host is dropped: the next host starts a new one. */
  forget(line: string): void {
    this.#lines.delete(line)
  }
}

function underWay({ settings, scan, mode }: LineState): BothWays {
  const redactors = { in: new LineRedactor(), out: new LineRedactor() }
  for (const direction of settings.echo ? (['in', 'out'] as const) : (['in'] as const)) {
    redactors[direction].skip(textOf(scan.partial), 'command')
    if (mode.kind === 'data') redactors[direction].skip(textOf(mode.got), 'data')
  }
  return redactors
}
