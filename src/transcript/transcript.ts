import type { Pattern } from './pattern.ts'

/** A parsed `.at` file. */
export interface Transcript {
  readonly fileName: string
  /** `@profile`: what the module has to be. */
  readonly profile?: string
  readonly steps: readonly Step[]
}

/** Where a step stands, for messages. */
export interface Place {
  readonly fileName: string
  readonly line: number
  /** `@cite`: the section of the note it shows. */
  readonly cite?: string
}

/** One thing to send or to wait for; the grammar is in `parse.ts`. */
export type Step = Place & Action

export type Action =
  | { readonly kind: 'send'; readonly pattern: Pattern }
  | { readonly kind: 'sendBytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'line'; readonly pattern: Pattern; readonly withinMs?: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'anyTime'; readonly items: readonly BlockItem[]; readonly withinMs?: number }
  | { readonly kind: 'settle' }

/** A part of a `~` block; the first one is a line. */
export type BlockItem =
  | { readonly kind: 'line'; readonly pattern: Pattern }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
