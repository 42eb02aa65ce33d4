import type { DataContent } from '../../at/commands/content.ts'
import type { DialFailure, TlsSettings } from '../../io/net/dialer.ts'
import type { LogLevel } from '../../io/runtime/runtime.ts'
import type { InjectedDefect } from './injected-defect.ts'
import type { ModuleConfig } from './module-config.ts'
import type { ModuleState, Network } from './state.ts'

/** Inputs of the module. `step` takes one at a time. */
export type Input =
  | { readonly type: 'attach'; readonly line: number; readonly name: string }
  | { readonly type: 'detach'; readonly line: number }
  /** `stranger`: it need not be the host that was there before. */
  | { readonly type: 'host'; readonly line: number; readonly present: boolean; readonly stranger?: boolean }
  | { readonly type: 'bytes'; readonly line: number; readonly bytes: Uint8Array }
  | { readonly type: 'connected'; readonly connection: number }
  | {
      readonly type: 'failed'
      readonly connection: number
      readonly reason: DialFailure
      readonly detail: string
    }
  | { readonly type: 'received'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly type: 'congested'; readonly connection: number; readonly congested: boolean }
  /** `closed`: FIN from the peer; `reset`: RST or an error. */
  | { readonly type: 'ended'; readonly connection: number; readonly how: 'closed' | 'reset' }
  | { readonly type: 'time' }
  | EnvironmentInput
  | FreshInput
  /** The result of a `store` effect. */
  | { readonly type: 'stored'; readonly line: number; readonly done: boolean; readonly names: readonly string[] }
  /** The answer to a `lookup` effect; none: there is no such name, or no answer in time. */
  | { readonly type: 'resolved'; readonly lookup: number; readonly addresses: readonly string[] }
  /** Replaces the injected defects. */
  | { readonly type: 'defects'; readonly defects: readonly InjectedDefect[] }
  /** Each character of the text is a byte. */
  | { readonly type: 'urc'; readonly text: string }

/** What one input came to. */
export interface ModuleStep {
  readonly config: ModuleConfig
  /** Of the clock. */
  readonly now: number
  readonly before: ModuleState
  readonly after: ModuleState
  readonly input: Input
  readonly effects: readonly Effect[]
}

/** What happens around the module. `announce`: connections that are lost end at their servers at once. */
export type EnvironmentInput = { readonly announce?: boolean } & (
  | { readonly type: 'network'; readonly coverage: 'up' | 'down' | 'silent' }
  /** Another change of the simulated network. */
  | { readonly type: 'radio'; readonly change: RadioChange }
  | { readonly type: 'power'; readonly on: boolean }
  | { readonly type: 'sim'; readonly action: SimAction }
  /** As at power-on. */
  | { readonly type: 'reset' }
)

/** As a new module on the same lines: nothing is left of what commands, faults and tests have set. */
export interface FreshInput {
  readonly type: 'fresh'
}

export type RadioChange = Partial<Omit<Network, 'coverage'>>

/** `busy`: the card stays and does not answer, until `idle`. */
export type SimAction = 'insert' | 'remove' | 'busy' | 'idle'

/** Events of a connection. */
export type ConnectionInput = Extract<Input, { readonly connection: number }>

/** What a step wants done; `Module` performs the effects in order. */
export type Effect =
  | WriteEffect
  | {
      readonly type: 'dial'
      readonly connection: number
      readonly host: string
      readonly port: number
      readonly timeoutMs: number
      readonly tls?: TlsSettings
      /** What the module's clock shows, UTC, ms since 1970; with TLS. */
      readonly localTime?: number
    }
  /** Reads or changes the certificate store; `stored` follows. */
  | {
      readonly type: 'store'
      readonly line: number
      readonly operation: 'list' | 'write' | 'remove' | 'move'
      readonly name: string
      readonly data?: Uint8Array
    }
  /** Asks for the addresses of a name; `resolved` follows. */
  | { readonly type: 'lookup'; readonly lookup: number; readonly host: string; readonly timeoutMs: number }
  | TypedEffect
  | { readonly type: 'send'; readonly connection: number; readonly bytes: Uint8Array }
  /** Sends what is queued, then FIN, destroyed after `graceMs`. */
  | { readonly type: 'close'; readonly connection: number; readonly graceMs: number }
  | { readonly type: 'destroy'; readonly connection: number }
  /** Leaves it half-open: the server is not told. */
  | { readonly type: 'abandon'; readonly connection: number }
  /** Leaves half-open what was closed in silence and waits for its end. */
  | { readonly type: 'abandonReleased' }
  | { readonly type: 'coverage'; readonly silent: boolean }
  | {
      readonly type: 'log'
      readonly level: LogLevel
      readonly message: string
      readonly fields?: Readonly<Record<string, unknown>>
    }

/** Bytes `from`…`to` of a chunk that a host has sent and the module has processed, for observers; in the order in which they came. */
export interface TypedEffect {
  readonly type: 'typed'
  readonly line: number
  readonly chunk: Uint8Array
  readonly from: number
  readonly to: number
  /** `data`: behind a prompt. */
  readonly as: 'command' | 'data'
  /** Of data; a key is masked in logs and traces. */
  readonly content?: DataContent | undefined
  /** It is the last part of its data. */
  readonly ends?: boolean
  /** The part of a `write` that echoes it: its end, or all of it. */
  readonly echo?: Uint8Array | undefined
}

export interface WriteEffect {
  readonly type: 'write'
  readonly line: number
  /** In order; parts may be views of the input's bytes. */
  readonly parts: Uint8Array[]
  /** Whole URCs, which may be dropped when the host does not read. */
  readonly urc: boolean
}
