import type { ClientIndex } from './state.ts'

/** What a module does wrong until it is told otherwise. Set from outside, as a whole; survives a reset. */
export type Impairment =
  /** A command fails with a code: refused at once, or by its deferred result. */
  | {
      readonly kind: 'failing'
      /** As on the line: `+CMQTTPUB`. */
      readonly command: string
      /** None: both clients. */
      readonly clientIndex?: ClientIndex
      readonly as: 'refusal' | 'result'
      readonly code: number
    }
  /** A client counts as busy although nothing is under way. */
  | { readonly kind: 'busy'; readonly clientIndex: ClientIndex }
  /** Prompts are opened without their bytes. */
  | { readonly kind: 'promptLost' }
  /** Prompts swallow everything and never end. */
  | { readonly kind: 'promptStuck' }
  /** URCs and deferred results wait for no prompt and no command. */
  | { readonly kind: 'unheld' }
  /** `OK` is not printed. */
  | { readonly kind: 'okLost' }
  /** Nothing that is typed is echoed. */
  | { readonly kind: 'echoLost' }

export type ImpairmentOf<K extends Impairment['kind']> = Extract<Impairment, { readonly kind: K }>

interface Impaired {
  readonly impairments: readonly Impairment[]
}

export const isImpaired = (turn: Impaired, kind: Impairment['kind']): boolean =>
  turn.impairments.length > 0 && turn.impairments.some((impairment) => impairment.kind === kind)

export const allOf = <K extends Impairment['kind']>(turn: Impaired, kind: K): readonly ImpairmentOf<K>[] =>
  turn.impairments.filter((impairment): impairment is ImpairmentOf<K> => impairment.kind === kind)

/** Whether a client counts as busy. */
export const isBusy = (turn: Impaired, index: ClientIndex): boolean =>
  turn.impairments.length > 0 && allOf(turn, 'busy').some(({ clientIndex }) => clientIndex === index)
