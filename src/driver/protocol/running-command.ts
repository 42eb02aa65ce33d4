import { isKnownUrc, nameOf } from '../../at/urcs.ts'
import type { Request } from './answer.ts'
import { isSentence } from './disturbance.ts'

/** The most that is kept of one response; what is over it is dropped. */
export const maxResponse = { lines: 2000, characters: 262_144 }

/** Whether a line belongs to the response of a command. */
export function belongsTo({ information, name }: Request, text: string): boolean {
  if (nameOf(text) === name) return true
  if (information === 'rows') return !(text.startsWith('+') && isKnownUrc(text))
  return information === 'any' && !isKnownUrc(text) && !isSentence(text)
}

/** A command that runs. */
export interface RunningCommand {
  readonly request: Request
  phase: 'prompt' | 'final'
  deadline: number
  /** Until when the deadline moves on while bytes come: what is awaited stands behind them. */
  latest: number
  readonly lines: string[]
  /** Characters in `lines`. */
  size: number
  /** Codes in front of the final result. */
  readonly codes: number[]
  /** Its echo has come. */
  echoed: boolean
  /** A prompt has come. */
  prompted: boolean
  /** Another program wrote meanwhile. */
  disturbed: boolean
}

export const newRunningCommand = (request: Request): RunningCommand => ({
  request,
  phase: request.data ? 'prompt' : 'final',
  ...{ deadline: 0, latest: 0, lines: [], size: 0, codes: [], echoed: false, prompted: false, disturbed: false },
})

export function keepLine(command: RunningCommand, line: string): void {
  if (command.lines.length >= maxResponse.lines || command.size + line.length > maxResponse.characters) return
  command.lines.push(line)
  command.size += line.length
}

export function keepCode({ codes }: RunningCommand, code: number): true {
  codes.push(code)
  if (codes.length > maxResponse.lines) codes.shift()
  return true
}

/** Time for bytes to leave, per byte, at 9600 bit/s. */
const sendMsPerByte = 1.1
/** A limit waits while the line is busy, up to so many times its length. */
const busyFactor = 3

/** The answer to bytes that leave now is awaited within the command's limit. */
export function limitWait(command: RunningCommand, bytes: number, now: number): void {
  const { finalMs } = command.request
  command.deadline = now + finalMs + sendMsPerByte * bytes
  command.latest = command.deadline + busyFactor * finalMs
}

/** While another program uses the port an ordinary answer comes within this, in ms, or not at all. */
const longestFinalMs = 3000
/** Commands that may take longer than this, in ms, are slow by nature: they keep their limit. */
const ordinaryMs = 10_000

/** `answered`: an answer has come without the echo that should stand before it, also to a slow one. */
export function shortenWait(command: RunningCommand, now: number, answered = false): void {
  if (command.request.finalMs > ordinaryMs && !answered) return
  command.deadline = Math.min(command.deadline, now + longestFinalMs)
  command.latest = command.deadline
}
