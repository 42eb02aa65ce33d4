import type { Grade } from '../../at/commands/command.ts'
import { starredTemplate } from '../../at/syntax/redact.ts'
import type { Action, Block, BlockItem, Conditions, Place, Step, StepTiming } from './transcript.ts'
import { TranscriptError } from './transcript-error.ts'

/** What holds from a directive on to the end of the block or the file. */
export interface Scope {
  readonly cite?: string
  readonly grade?: Grade
  readonly strict?: boolean
  readonly chunk?: { readonly size: number; readonly gapMs: number } | undefined
}

export interface MutableConditions extends Conditions {
  readonly profiles: string[]
  readonly needs: string[]
  readonly only: string[]
}

/** A block that `@end` has not closed. */
export interface OpenBlock {
  readonly title: string
  readonly line: number
  readonly firstStep: number
  readonly conditions: MutableConditions
  readonly shows: string[]
  /** The conditions that apply again after the block. */
  readonly outside: Scope
}

/** A transcript, read so far. */
export interface Reading {
  readonly fileName: string
  readonly steps: Step[]
  readonly blocks: Block[]
  readonly conditions: MutableConditions
  readonly shows: string[]
  title?: string
  line: number
  /** The line being read. */
  text: string
  scope: Scope
  open: OpenBlock | undefined
  /** When the next step happened. */
  timing: StepTiming | undefined
  /** The `~` lines that the next line may go on with. */
  items: BlockItem[] | undefined
}

export const noConditions = (): MutableConditions => ({ profiles: [], needs: [], only: [] })

export function startReading(fileName: string): Reading {
  return {
    fileName,
    steps: [],
    blocks: [],
    conditions: noConditions(),
    shows: [],
    line: 0,
    text: '',
    scope: {},
    open: undefined,
    timing: undefined,
    items: undefined,
  }
}

export function addStep(reading: Reading, action: Action): void {
  const at = reading.timing && { at: reading.timing }
  reading.timing = undefined
  reading.steps.push({ ...placeOf(reading), ...(reading.scope.strict && { strict: true }), ...at, ...action } as Step)
}

export function placeOf({ fileName, line, scope: { cite, grade } }: Reading): Place {
  return { fileName, line, ...(cite && { cite }), ...(grade && { grade }) }
}

/** Refuses the line at a character, counted from 0. */
export function fail(reading: Reading, at: number, sentence: string): never {
  throw new TranscriptError(placeOf(reading), sentence, { text: starredTemplate(reading.text, true), at })
}
