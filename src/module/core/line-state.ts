import type { Scan } from '../../at/syntax/scan-line.ts'

export interface LineState {
  readonly id: number
  readonly name: string
  /** A host has the line open. */
  readonly hasHost: boolean
  readonly settings: LineSettings
  /** `+IPR`, bit/s. */
  readonly speed: number
  readonly scan: Scan
  readonly mode: LineMode
  /** The last command line, for `A/`. */
  readonly last: Uint8Array
  /** Typed while a command was executed. */
  readonly typeAhead: Uint8Array
  /** URCs and deferred results that wait for a prompt or a command, oldest first. */
  readonly held: readonly HeldOutput[]
  readonly heldBytes: number
}

export interface HeldOutput {
  /** One or more outputs. */
  readonly bytes: Uint8Array
  /** Where each of them ends. */
  readonly ends: readonly number[]
  readonly urc: boolean
}

export type LineMode =
  | { readonly kind: 'command' }
  /** A command waits for its final result; `line` from `next` on is run afterwards. */
  | { readonly kind: 'executing'; readonly line: Uint8Array; readonly next: number }
  /** A command takes its response time: at `until` it is run and answered. */
  | { readonly kind: 'working'; readonly until: number; readonly delayed: DelayedCommand }
  /** A prompt is open. */
  | {
      readonly kind: 'data'
      readonly call: PromptCall
      readonly wanted: number
      readonly got: Uint8Array
      /** When it ends without another byte; null: never. */
      readonly deadline: number | null
      /** It has all its bytes and does not end: an injected defect. */
      readonly stuck?: true
    }

/** Run at `until`: `line` from `next` on, or the command of a prompt with its data. */
export type DelayedCommand =
  | { readonly line: Uint8Array; readonly next: number }
  | { readonly call: PromptCall; readonly data: Uint8Array }

/** A write form that was accepted and waits for its data. */
export interface PromptCall {
  readonly command: string
  readonly form: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Settings of a line; `AT&W` stores them. */
export interface LineSettings {
  readonly echo: boolean
  readonly verbose: 0 | 1
  readonly quiet: 0 | 1
  readonly carrier: 0 | 1
  readonly terminalReady: 0 | 1 | 2
  /** 0 none, 1 XON/XOFF, 2 RTS / CTS; towards the module and from it. */
  readonly flow: readonly [dce: number, dte: number]
}
