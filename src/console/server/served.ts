import type { AlignedPair, CompletionReply, ExportDone, ExportKind, Hello, ServerMessage } from '../protocol.ts'
import type { ConsoleTimeline } from './timeline.ts'

/** What a page can't have or do. One sentence. */
export class ConsoleRefusal extends Error {
  override readonly name = 'ConsoleRefusal'
}

export interface ExportedFile extends ExportDone {
  readonly bytes: Uint8Array
}

/** What a console shows, and what can be done to it. */
export interface Served {
  readonly timeline: ConsoleTimeline
  readonly about: Omit<Hello, 'role' | 'first' | 'last'>
  /** What is sent behind `hello`. */
  readonly help: readonly ServerMessage[]
  /** Throws a `ConsoleRefusal`. None: nothing can be done. */
  readonly act?: ((request: Readonly<Record<string, unknown>>) => object | Promise<object>) | undefined
  readonly complete?: ((typed: string) => CompletionReply) | undefined
  /** Throws a `ConsoleRefusal`. */
  readonly exportRows: (kind: ExportKind, from: number, to: number) => ExportedFile
  /** Of two files. */
  readonly align?: (() => readonly AlignedPair[]) | undefined
}
