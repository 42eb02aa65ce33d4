import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { textOf } from '../../../src/at/public.ts'
import { EventFeed, type ModuleEvent } from '../../../src/control/events.ts'
import { viewState } from '../../../src/control/state-view.ts'
import { openTrace } from '../../../src/control/trace-file.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import type { TlsModule } from './tls-module.ts'

/** How long a piece of a secret must be to be told from chance. */
const pieceLength = 8

/** Sees of a module all that anybody may see: its observers, events, trace, state and log. */
export class SecretWatch {
  readonly events: ModuleEvent[] = []
  readonly #tls: TlsModule
  readonly #bytes = new Map<string, string>()
  readonly #folder = mkdtempSync(join(tmpdir(), 'atmqtt-trace-'))
  readonly #trace: { close(): void }
  readonly #states: string[] = []

  constructor(tls: TlsModule) {
    this.#tls = tls
    const { module } = tls
    module.observe({
      line: (line, direction, bytes) => {
        this.#note(`${line} ${direction}`, bytes)
        this.#states.push(JSON.stringify(viewState(module.state())))
      },
      connection: (connection, direction, bytes) => this.#note(`connection ${connection} ${direction}`, bytes),
    })
    new EventFeed(module, nodeClock).watch((event) => this.events.push(event))
    this.#trace = openTrace(join(this.#folder, 'trace'), module, { clock: nodeClock, profile: 'sim767x' })
  }

  #note(where: string, bytes: Uint8Array): void {
    this.#bytes.set(where, (this.#bytes.get(where) ?? '') + textOf(bytes))
  }

  /** All that an observer was shown of a line in one direction. */
  seen(direction: 'in' | 'out', line = 'at0'): string {
    return this.#bytes.get(`${line} ${direction}`) ?? ''
  }

  /** The text of a line's events in one direction, put together: what byte by byte would not show. */
  told(direction: 'in' | 'out', line = 'at0'): string {
    return this.events
      .flatMap((event) =>
        event.event === 'line' && event.line === line && event.direction === direction ? [event.bytes] : [],
      )
      .join('')
  }

  /** Everything, by where it was seen. */
  everything(): Readonly<Record<string, string>> {
    const lines = [...this.#bytes.keys()]
      .filter((where) => !where.startsWith('connection'))
      .map((w) => w.split(' ')[0]!)
    const told = [...new Set(lines)].flatMap((line) => [this.told('in', line), this.told('out', line)])
    return {
      lines: [...this.#bytes].flatMap(([where, text]) => (where.startsWith('connection') ? [] : [text])).join('\n'),
      events: JSON.stringify(this.events),
      told: told.join('\n'),
      trace: readFileSync(join(this.#folder, 'trace'), 'utf8'),
      states: this.#states.join('\n'),
      log: this.#tls.log.join(''),
    }
  }

  /** No piece of a secret is in any of the places; each of them can be told from nothing. */
  expectHidden(secrets: readonly string[], places: Readonly<Record<string, string>> = this.everything()): void {
    const pieces = secrets.flatMap(piecesOf)
    expect(pieces.length).toBeGreaterThan(0)
    const found = Object.entries(places).flatMap(([place, text]) =>
      pieces.filter((piece) => text.includes(piece)).map((piece) => `${piece} in ${place}`),
    )
    expect(found).toEqual([])
  }

  close(): void {
    this.#trace.close()
    rmSync(this.#folder, { recursive: true })
  }
}

/** Of each line of a secret; what PEM puts around a key is none. */
function piecesOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).filter((line) => line !== '' && !line.startsWith('-----'))
  return lines.flatMap((line) => {
    const count = Math.max(1, line.length - pieceLength + 1)
    return Array.from({ length: count }, (_, at) => line.slice(at, at + pieceLength))
  })
}
