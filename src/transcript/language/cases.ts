import type { Grade } from '../../at/commands/command.ts'
import { needsOf } from './conditions.ts'
import type { Block, Conditions, Step, Transcript } from './transcript.ts'

/** What stands or falls by itself: a file without its blocks, or a block. */
export interface Case {
  readonly fileName: string
  readonly line: number
  readonly title: string
  readonly cite?: string
  readonly grade?: Grade
  /** `@shows`: the requirements that it shows when it passes, by their IDs. */
  readonly shows: readonly string[]
  readonly conditions: Conditions
  /** Capabilities: those of `@needs`, and those that its steps need without saying so. */
  readonly needs: readonly string[]
}

/** A case with its steps. */
export interface Part {
  readonly about: Case
  readonly steps: readonly Step[]
  readonly isBlock: boolean
  /** Whether a line of the file belongs to it. */
  has(line: number): boolean
}

/** The parts of a file: its steps outside of blocks, unless there are none, then its blocks. */
export function partsOf(transcript: Transcript): readonly Part[] {
  const { blocks, steps } = transcript
  const parts = blocks.map((block) => blockPart(transcript, block))
  const own = steps.filter(({ line }) => !parts.some((part) => part.has(line)))
  return own.length === 0 && blocks.length > 0 ? parts : [filePart(transcript, own, parts), ...parts]
}

function blockPart(
  { fileName, steps }: Transcript,
  { title, line, endLine, conditions, cite, grade, shows }: Block,
): Part {
  const has = (asked: number): boolean => asked >= line && asked <= endLine
  const own = steps.filter((step) => has(step.line))
  const needs = needsOf(conditions, own)
  return {
    about: {
      fileName,
      line,
      title,
      shows: shown(shows, own),
      conditions,
      needs,
      ...(cite && { cite }),
      ...(grade && { grade }),
    },
    steps: own,
    isBlock: true,
    has,
  }
}

function filePart(
  { fileName, title, conditions, shows }: Transcript,
  steps: readonly Step[],
  blocks: readonly Part[],
): Part {
  const cite = steps.find((step) => step.cite)?.cite
  const grade = steps.find((step) => step.grade)?.grade
  const about = { fileName, line: 1, title: title ?? fileName, conditions, needs: needsOf(conditions, steps) }
  return {
    about: { ...about, shows: shown(shows, steps), ...(cite && { cite }), ...(grade && { grade }) },
    steps,
    isBlock: false,
    has: (line) => !blocks.some((block) => block.has(line)),
  }
}

/** Where nothing is received, nothing is shown. */
const shown = (shows: readonly string[], steps: readonly Step[]): readonly string[] =>
  steps.some(({ kind }) => receiving.includes(kind)) ? [...new Set(shows)] : []

const receiving: readonly Step['kind'][] = ['line', 'bytes', 'prompt', 'anyTime']
