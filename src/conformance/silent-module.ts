import { bytesOf, escapeBytes } from '../at/syntax/bytes.ts'
import type { Difference } from '../transcript/language/transcript-error.ts'
import type { Heard } from './suite-chat.ts'

/** The module does not answer, or not any more; `heard`: what it says instead. */
export class SilentModule extends Error {
  override readonly name = 'SilentModule'
  readonly code = 'silent'
  readonly difference: Difference

  constructor(asked: string, afterMs: number, heard: Heard = { kind: 'nothing' }) {
    super(sentenceFor(asked, Math.round(afterMs / 1000), heard))
    const got = heard.kind === 'other' ? escaped(heard.line) : ''
    const rows = [{ state: 'differs', expected: 'OK', got }] as const
    this.difference = { expected: 'OK', got, lastSent: `${asked}\\r`, reason: this.message, rows }
  }
}

const escaped = (line: string): string => escapeBytes(bytesOf(line))

function sentenceFor(asked: string, seconds: number, heard: Heard): string {
  switch (heard.kind) {
    case 'nothing':
      return `The module does not answer ${asked} for ${seconds} s: look at its power and its line.`
    case 'echo':
      return `The module sends ${asked} back and does not answer it: look at its line and its speed, or whether it is a module at all.`
    case 'end':
      return `The module hangs up and does not answer ${asked}: end other programs that use its line, or give another address.`
    case 'other':
      return `The module does not answer ${asked}, it says "${escaped(heard.line)}": look at what is on this line.`
  }
}
