/** How a command ended: `ok`, `error`, or the `<err>` of its result. */
export type CommandAnswer = 'ok' | 'error' | number

/** What is wrong with a command line itself, whatever state the module is in. */
export type Misuse =
  /** Curly quotes, or one too many or too few. */
  | { readonly kind: 'quotes'; readonly curly: boolean }
  /** No firmware of ours has it; `meant`: one whose name is near. */
  | { readonly kind: 'unknown'; readonly meant?: string }
  /** This family does not have it, another one does. */
  | { readonly kind: 'elsewhere' }
  /** The family has the command, and not this form of it: read, test, execute. */
  | { readonly kind: 'form' }
  /** The number of values fits no form. */
  | { readonly kind: 'count'; readonly forms: readonly string[] }
  /** A value is out of its range, or of the wrong kind; `place` counts from 1. */
  | {
      readonly kind: 'value'
      readonly place: number
      readonly param: string
      readonly value: string
      readonly range: string
    }

/** State of an earlier run, or the world around the module. */
export type SituationName = 'believed' | 'left-over' | 'no-sim' | 'no-network' | 'apn-refused'

/**
 * In which situation a module of a family gives the answer that the log shows. `believed`: as the log tells.
 * `anywhere`: whatever its state, so it is the line itself that it does not take. `otherwise`: in none that is known.
 */
export type ModelVerdict = SituationName | 'anywhere' | 'otherwise'
