import { cmeErrors } from '../../at/errors.ts'
import type { Answer, Silence } from '../protocol/answer.ts'
import { CmeError, MqttError, PortClosedError, RefusedError, UnknownOutcomeError } from './errors.ts'

/** The information lines of a command that has succeeded; throws what says why it has not. */
export async function outcomeOf(name: string, answer: Answer): Promise<readonly string[]> {
  if (answer.kind === 'error') throw answer.code ? new MqttError(name, answer.code, false) : new RefusedError(name)
  if (answer.kind === 'cme') throw cmeErrorOf(name, answer.text)
  if (answer.kind !== 'ok') throw silenceError(name, answer)
  const result = await answer.result
  if (result === undefined) return answer.lines
  if (result.kind !== 'code') throw silenceError(name, result)
  if (result.code !== 0) throw new MqttError(name, result.code, true)
  return answer.lines
}

function silenceError(name: string, silence: Silence): Error {
  if (silence.kind === 'unsent') return new PortClosedError(name)
  if (silence.kind === 'silent') return new UnknownOutcomeError(name, silence.awaited)
  return new UnknownOutcomeError(name, silence.kind === 'closed' ? 'closed' : 'restart')
}

const words: Readonly<Record<number, string>> = cmeErrors

/** A number, or the words that `+CMEE=2` gives. */
function cmeErrorOf(name: string, text: string): CmeError {
  if (/^\d{1,4}$/.test(text)) return new CmeError(name, Number(text), words[Number(text)] ?? 'no reason known')
  const known = Object.entries(words).find(([, meaning]) => meaning.toLowerCase() === text.toLowerCase())
  return new CmeError(name, known && Number(known[0]), text)
}
