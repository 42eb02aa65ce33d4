import { concat, copyOf, empty } from '../../at/syntax/bytes.ts'
import { isCommandLine, parseCall, skipSpaces } from '../../at/syntax/parse-line.ts'
import { scanAfterData, scanInData, scanLine, takeData } from '../../at/syntax/scan-line.ts'
import { isListening } from '../cellular/power.ts'
import { isImpaired } from '../core/injected-defect.ts'
import type { LineMode, LineState, PromptCall, Work } from '../core/state.ts'
import { type Draft, type Turn, write, writeSecret } from '../core/step-context.ts'
import { isSecret, type PromptRequest, runCall, runWithData } from './dispatch.ts'
import { error, type FinalReply, ok, writeFinal, writeLines } from './reply.ts'
import { dataResponseMs, responseMs } from './response-time.ts'
import { answerUnknown } from './unknown-command.ts'

type Line = Draft<LineState>
type DataMode = Extract<LineMode, { kind: 'data' }>

/** Bytes from a host. What comes while a command is executed is kept for later. */
export function receiveBytes(turn: Turn, line: Line, chunk: Uint8Array): void {
  const { last } = line
  receiveAll(turn, line, chunk)
  // Lines are run as views of the chunk; the one that `A/` would repeat is kept, so it is copied.
  if (line.last !== last) line.last = copyOf(line.last)
}

function receiveAll(turn: Turn, line: Line, chunk: Uint8Array): void {
  let at = 0
  while (at < chunk.length && isListening(turn)) {
    if (line.mode.kind === 'executing' || line.mode.kind === 'working') {
      line.typeAhead = concat([line.typeAhead, chunk.subarray(at)])
      return
    }
    at = line.mode.kind === 'data' ? receiveData(turn, line, line.mode, chunk, at) : receiveLine(turn, line, chunk, at)
  }
}

function receiveLine(turn: Turn, line: Line, chunk: Uint8Array, from: number): number {
  const scanned = scanLine(line.scan, chunk, from)
  line.scan = scanned.scan
  if (echoes(turn, line) && scanned.next > scanned.echoFrom)
    write(turn, line, chunk.subarray(scanned.echoFrom, scanned.next))
  if (scanned.kind === 'repeat') runLine(turn, line, line.last)
  else if (scanned.kind === 'line' && isCommandLine(scanned.line)) {
    if (scanned.overlong) writeFinal(turn, line, error)
    else runTyped(turn, line, scanned.line)
  }
  return scanned.next
}

const echoes = (turn: Turn, line: Line): boolean => line.port.echo && !isImpaired(turn, 'echoLost')

function runTyped(turn: Turn, line: Line, text: Uint8Array): void {
  line.last = text
  runLine(turn, line, text)
}

/** Runs a whole command line; nothing but `AT`, or nothing to repeat, is `OK`. */
function runLine(turn: Turn, line: Line, text: Uint8Array): void {
  if (takesTime(turn, line, text, 2)) return
  turn.running = line.id
  runCalls(turn, line, text, 2)
  turn.running = undefined
}

/** Runs the commands of a line from `from` on, until one fails, opens a prompt or keeps its result back. */
function runCalls(turn: Turn, line: Line, text: Uint8Array, from: number): void {
  let at = skipSpaces(text, from)
  while (at < text.length) {
    const call = parseCall(text, at)
    const key = call && turn.device.keys.get(call.name)
    const answer = key === undefined ? answerUnknown(turn, text, at, call) : undefined
    at = skipSpaces(text, (answer ?? call!).next)
    const outcome = answer?.reply ?? runCall(turn, line.id, key!, call!, at >= text.length)
    if (outcome === 'withheld') return execute(line, text, at)
    if ('wanted' in outcome) return openPrompt(turn, line, outcome)
    if (outcome.final === 'ERROR') return finish(turn, line, outcome)
    writeLines(turn, line, outcome.lines)
    if (at < text.length && takesTime(turn, line, text, at)) return
  }
  finish(turn, line, ok)
}

function finish(turn: Turn, line: Line, reply: FinalReply): void {
  turn.running = undefined
  writeLines(turn, line, reply.lines)
  writeFinal(turn, line, reply)
}

function execute(line: Line, text: Uint8Array, next: number): void {
  line.mode = { kind: 'executing', line: copyOf(text), next }
}

const isReal = ({ device }: Turn): boolean => device.timing === 'real'

/** Whether the next command of a line is to be run, and to answer, later: when the hardware would. */
function takesTime(turn: Turn, line: Line, text: Uint8Array, next: number): boolean {
  if (!isReal(turn)) return false
  const ms = responseMs(turn, parseCall(text, next))
  if (ms > 0) line.mode = { kind: 'working', until: turn.now + ms, work: { line: copyOf(text), next } }
  return ms > 0
}

/** Runs the commands whose time has come; a module that is about to end runs none. */
export function answerDue(turn: Turn): void {
  for (const line of turn.lines) {
    if (line.mode.kind !== 'working' || line.mode.until > turn.now) continue
    if (isListening(turn)) answer(turn, line, line.mode.work)
    else line.mode = { kind: 'command' }
  }
}

function answer(turn: Turn, line: Line, work: Work): void {
  goOn(turn, line, () => {
    if ('call' in work) runData(turn, line, work.call, work.data)
    else runCalls(turn, line, work.line, work.next)
  })
}

/** The result of a command that kept it back. */
export function resume(turn: Turn, line: Line, reply: FinalReply): void {
  if (line.mode.kind !== 'executing') return
  const { line: text, next } = line.mode
  goOn(turn, line, () => {
    if (reply.final === 'ERROR') return finish(turn, line, reply)
    writeLines(turn, line, reply.lines)
    if (next >= text.length || !takesTime(turn, line, text, next)) runCalls(turn, line, text, next)
  })
}

/** The line goes on, and so does what was typed meanwhile. */
function goOn(turn: Turn, line: Line, run: () => void): void {
  line.mode = { kind: 'command' }
  turn.running = line.id
  run()
  turn.running = undefined
  const typed = line.typeAhead
  line.typeAhead = empty
  receiveBytes(turn, line, typed)
}

function openPrompt(turn: Turn, line: Line, { call, wanted }: PromptRequest): void {
  line.mode = { kind: 'data', call, wanted, got: empty, deadline: promptDeadline(turn) }
  if (!isImpaired(turn, 'promptLost')) write(turn, line, turn.device.prompt)
}

const promptDeadline = ({ now, device }: Turn): number | null =>
  device.promptTimeoutMs > 0 ? now + device.promptTimeoutMs : null

function receiveData(turn: Turn, line: Line, mode: DataMode, chunk: Uint8Array, at: number): number {
  const { got, from, next } = takeData(line.scan, mode.got, mode.wanted, chunk, at)
  line.scan = scanInData(line.scan)
  echoData(turn, line, mode, chunk, from, next)
  if (got.length < mode.wanted && !mode.stuck) line.mode = { ...mode, got, deadline: promptDeadline(turn) }
  else if (mode.stuck || isImpaired(turn, 'promptStuck')) line.mode = { ...mode, stuck: true, deadline: null }
  else {
    line.scan = scanAfterData(line.scan)
    closePrompt(turn, line, mode.call, got)
  }
  return next
}

function echoData(turn: Turn, line: Line, { call }: DataMode, chunk: Uint8Array, from: number, next: number): void {
  const secret = isSecret(turn, call)
  if (secret) turn.effects.push({ type: 'secret', line: line.id, from, to: next })
  if (!echoes(turn, line) || !turn.device.profile.echoesData || next === from) return
  if (secret) writeSecret(turn, line, chunk.subarray(from, next))
  else write(turn, line, chunk.subarray(from, next))
}

/** The data of a prompt is complete. */
function closePrompt(turn: Turn, line: Line, call: PromptCall, data: Uint8Array): void {
  const ms = isReal(turn) ? dataResponseMs(turn, call) : 0
  if (ms > 0) {
    line.mode = { kind: 'working', until: turn.now + ms, work: { call, data: copyOf(data) } }
    return
  }
  line.mode = { kind: 'command' }
  turn.running = line.id
  runData(turn, line, call, data)
  turn.running = undefined
}

function runData(turn: Turn, line: Line, call: PromptCall, data: Uint8Array): void {
  const reply = runWithData(turn, line.id, call, data)
  if (reply === 'withheld') execute(line, empty, 0)
  else finish(turn, line, reply)
}

/** Gives up prompts that had all their bytes and did not end. */
export function freePrompts(turn: Turn): void {
  for (const line of turn.lines) if (line.mode.kind === 'data' && line.mode.stuck) giveUp(turn, line)
}

/** Gives up prompts that have waited too long. */
export function expirePrompts(turn: Turn): void {
  for (const line of turn.lines)
    if (line.mode.kind === 'data' && line.mode.deadline !== null && line.mode.deadline <= turn.now) giveUp(turn, line)
}

function giveUp(turn: Turn, line: Line): void {
  line.mode = { kind: 'command' }
  finish(turn, line, error)
}
