import type { Interview } from './interview.ts'
import type { Need } from './permissions.ts'

/** What stands in the module's MQTT service while a question is asked. `any`: nothing is changed for it. */
export type QuestionState = 'any' | 'stopped' | 'started' | 'acquired' | 'acquiredTls' | 'connected'

/** One thing to find out, by a few commands. */
export interface LearnQuestion {
  /** `start-when-started`: names it in reports and transcripts. */
  readonly id: string
  readonly title: string
  /** Requirements that its answers bear out, or not. */
  readonly shows?: readonly string[]
  /** What it changes in the module, and how that is undone. None: nothing. */
  readonly changes?: string
  readonly state: QuestionState
  /** In what state it leaves the service; `unknown`: that depends on the answers. None: as it was. */
  readonly leaves?: QuestionState | 'unknown'
  readonly needs?: readonly Need[]
  /** The network decides in what order some of its lines come. */
  readonly unordered?: true
  /** Asks; what it learns of the profile goes to `interview.found`. Rejects with an `Unanswered`. */
  ask(interview: Interview): Promise<void>
}
