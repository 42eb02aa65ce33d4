import type { UnaskedKind } from './disturbance.ts'

/** A command, and the answer that is awaited. */
export interface Request {
  /** The command line without its CR; one character is one byte. */
  readonly line: string
  /** `+CMQTTPUB`: information lines begin with it; a basic command's letter. */
  readonly name: string
  /**
   * What belongs to the response. `named`: lines that begin with the name. `any`: every line that is no known URC.
   * `rows`: every line up to a final result that an empty line sets off, as where topics are listed raw.
   */
  readonly information: 'named' | 'any' | 'rows'
  /** Sent behind the prompt. */
  readonly data?: Uint8Array
  /** Its answer can be told from all others: an answer that comes before its echo is looked at too. */
  readonly marked?: boolean
  /** The data are left out of the trace. */
  readonly secret?: boolean
  /** `+CMD: [<client_index>,]<err>` may come before `ERROR`; `deferred`: it is awaited behind `OK`. */
  readonly result?: { readonly clientIndex?: number; readonly deferred: boolean }
  /** Limit for the prompt and for the final result, each, in ms. */
  readonly finalMs: number
  /** Limit for the deferred result, from `OK` on, in ms. */
  readonly resultMs?: number
}

/** How a command ended, at the latest when its limit was reached. */
export type Answer =
  /** `result`: settles when the deferred result has come, or not. `disturbed`: another program wrote meanwhile. */
  | {
      readonly kind: 'ok'
      readonly lines: readonly string[]
      readonly result?: Promise<Result>
      readonly disturbed?: true
    }
  /** `code`: `<err>` of `+CMD: …,<err>`. */
  | { readonly kind: 'error'; readonly lines: readonly string[]; readonly code?: number; readonly disturbed?: true }
  /** `text`: a number or words, as `+CMEE` says. */
  | { readonly kind: 'cme'; readonly text: string }
  | Silence

export type Result = { readonly kind: 'code'; readonly code: number } | Silence

export type Silence =
  /** Nothing came in time. `awaited`: what was missing. Whether the module has done it is not known. */
  | { readonly kind: 'silent'; readonly awaited: 'prompt' | 'final' | 'result' }
  /** The port was closed meanwhile. */
  | { readonly kind: 'closed' }
  /** The port was closed before anything was sent. */
  | { readonly kind: 'unsent' }
  /** Given up by the caller: the module has restarted, say. */
  | { readonly kind: 'abandoned' }

/** A message from a broker. */
export interface Received {
  readonly clientIndex: number
  readonly topic: Uint8Array
  readonly payload: Uint8Array
}

/** What a chat emits besides answers. */
export interface ChatEvents {
  message(message: Received): void
  /** Parts of a message were missing, surplus or of the wrong length; it is not delivered. */
  damaged(clientIndex: number | undefined, reason: string): void
  /** A line that belongs to no command; one character is one byte. */
  urc(text: string): void
  /** A final result that no command waits for. */
  stray(text: string): void
  /** A line that no command has asked for, as another program on the port causes it. */
  unasked(kind: UnaskedKind, text: string): void
  /** A result that comes after its limit, `+CMQTTPUB: 0,0`. */
  late(name: string, clientIndex: number | undefined, code: number): void
}
