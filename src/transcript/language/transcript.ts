import type { Grade } from '../../at/commands/command.ts'
import type { Pattern } from './pattern.ts'

/** A parsed `.at` file. */
export interface Transcript {
  readonly fileName: string
  /** The first comment. */
  readonly title?: string
  /** `@profile`: what the module has to be; the first one that it names. */
  readonly profile?: string
  readonly conditions: Conditions
  /** All steps, those of blocks included. */
  readonly steps: readonly Step[]
  /** `@begin` … `@end`, in order. */
  readonly blocks: readonly Block[]
  /** `@shows` outside of blocks. */
  readonly shows: readonly string[]
}

/** What must be there for a file or a block to be played. */
export interface Conditions {
  /** `@profile`: one of these; empty: any. */
  readonly profiles: readonly string[]
  /** `@needs`: all of these: `broker`, `tls`, … */
  readonly needs: readonly string[]
  /** `@only`: one of these, `hardware` or `virtual`; empty: any. */
  readonly only: readonly string[]
}

/** A part of a file that passes, fails or is skipped as a whole. */
export interface Block {
  readonly title: string
  readonly line: number
  readonly endLine: number
  readonly cite?: string
  /** `@grade` */
  readonly grade?: Grade
  /** `@shows`: requirements, by their IDs. */
  readonly shows: readonly string[]
  readonly conditions: Conditions
}

/** Where a step stands, for messages. */
export interface Place {
  readonly fileName: string
  readonly line: number
  /** `@cite`: the section of the note it shows. */
  readonly cite?: string
  readonly grade?: Grade
}

/** When a recorded step happened. */
export interface StepTiming {
  /** Since the recording began. */
  readonly ms: number
  /** Its bytes from `offset` on came later. */
  readonly pieces: readonly { readonly offset: number; readonly ms: number }[]
}

/** One thing to do or to wait for; the grammar is in `docs/reference/transcripts.md`. */
export type Step = Place & {
  /** Every byte counts. */
  readonly strict?: boolean
  readonly at?: StepTiming
} & Action

export type Action =
  | { readonly kind: 'send'; readonly pattern: Pattern }
  | { readonly kind: 'sendBytes'; readonly pattern: Pattern }
  | { readonly kind: 'line'; readonly pattern: Pattern; readonly withinMs?: number }
  | { readonly kind: 'bytes'; readonly pattern: Pattern }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'anyTime'; readonly items: readonly BlockItem[]; readonly withinMs?: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Brings the module's echo into this state, whatever it is; nothing of that is compared. */
  | { readonly kind: 'echo'; readonly on: boolean }
  /** What is sent leaves in writes of `size` bytes, `gapMs` between them; undefined: whole. */
  | { readonly kind: 'chunk'; readonly size: number | undefined; readonly gapMs: number }
  | { readonly kind: 'fault'; readonly name: string; readonly parameters: unknown }
  /** Tells the server at `{peer}` what to do. */
  | { readonly kind: 'peer'; readonly name: string; readonly parameters: unknown }

/** A part of a `~` block; the first one is a line. */
export interface BlockItem {
  readonly kind: 'line' | 'bytes'
  readonly pattern: Pattern
}
