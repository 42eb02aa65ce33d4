import { printableLine, printableText } from '../at/syntax/printable.ts'
import type { CaseResult } from '../transcript/player/run.ts'
import { caseText } from './reports/report-text.ts'
import type { SuiteEvents } from './run-suite.ts'
import { sectionOf } from './section.ts'

export interface ProgressOptions {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Of the terminal, characters. */
  readonly width: number
}

const clear = '\r\x1b[K'

/** Shows progress: on a terminal one line that is overwritten, and failures; elsewhere one line per case. */
export function progress({ write, isTerminal, width }: ProgressOptions): SuiteEvents {
  if (!isTerminal) return { result: (result) => write(printableText(`${caseText(result, width)}\n`)) }
  return {
    started(one, before, all) {
      const text = `[${before + 1}/${all}] ${sectionOf(one)}  ${one.title}`
      write(`${clear}${printableLine(text).slice(0, width - 1)}`)
    },
    result: (result) => write(clear + printableText(failureText(result, width))),
  }
}

const failureText = (result: CaseResult, width: number): string =>
  result.outcome.kind === 'failed' ? `${caseText(result, width)}\n` : ''
