import type { HoleBytes } from '../language/pattern.ts'
import type { BlockItem, Place, Step } from '../language/transcript.ts'
import type { Echoes } from './echoes.ts'
import type { ReceiveBuffer } from './receive-buffer.ts'

/** What the player waits for: a step that receives, or the end, after which nothing may come. */
export type Expected =
  | Extract<Step, { kind: 'line' | 'bytes' | 'prompt' | 'settle' }>
  | (Place & { kind: 'end'; strict?: boolean })

/** A `~` block that has not come, or not come to its end. */
export interface Awaited {
  readonly step: Extract<Step, { kind: 'anyTime' }>
  /** Undefined: the end of the transcript, or the next `~` alone, sets it. */
  readonly deadline: number | undefined
  /** How many of its items have been read. */
  read: number
}

/** The state of a play that its readers use. */
export interface PlayReader {
  readonly inbox: ReceiveBuffer
  readonly echoes: Echoes
  readonly awaited: Awaited[]
  values: HoleBytes
  /** Told of each item of a `~` block that has been read. */
  tookItem(item: BlockItem): void
}

/** `wait`: more bytes are needed to decide. `differs`: the bytes do not match. */
export type Verdict = 'done' | 'again' | 'wait' | 'differs'
