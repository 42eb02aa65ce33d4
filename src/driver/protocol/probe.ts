import type { Answer, Request } from './answer.ts'
import type { Chat } from './chat.ts'

/**
 * `answers`: in command state, and nothing from before is still to come. `filled`: the same, but the question, or a part
 * of it, seems to have filled a prompt first. `silent`: no answer.
 */
export type Probe = 'answers' | 'filled' | 'silent'

/** No answer within this, in ms, may mean an open prompt. */
const answerMs = 1000
const attempts = 5
const question: Request = { line: 'AT+CMEE?', name: '+CMEE', information: 'named', finalMs: answerMs, marked: true }

/**
 * Asks what has a reply that nothing else looks like. A plain `AT` would not tell: the `OK` behind it may be that of an
 * earlier command, or of a prompt that lacked up to three bytes.
 */
export async function probe(chat: Chat): Promise<Probe> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const answer = await chat.exchange(question)
    if (isMarked(answer)) return attempt === 0 ? 'answers' : 'filled'
    if (answer.kind !== 'ok' && answer.kind !== 'error' && answer.kind !== 'cme') return 'silent'
  }
  return 'silent'
}

const isMarked = (answer: Answer): boolean =>
  answer.kind === 'ok' && answer.lines.some((line) => /^\+CMEE: ?\d/.test(line))
