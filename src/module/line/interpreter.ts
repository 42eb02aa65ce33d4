import { parseFirst } from '../../at/commands/known-lines.ts'
import { concat, copyOf, empty } from '../../at/syntax/bytes.ts'
import { isCommandLine, parseCommand, skipSpaces } from '../../at/syntax/parse-line.ts'
import { scanAfterData, scanInData, scanLine, takeData } from '../../at/syntax/scan-line.ts'
import { isListening } from '../cellular/boot.ts'
import { hasDefect } from '../core/injected-defect.ts'
import { error, type FinalReply, ok } from '../core/reply.ts'
import type { DelayedCommand, LineMode, LineState, PromptCall } from '../core/state.ts'
import { type Mutable, type StepContext, writableLine, write } from '../core/step-context.ts'
import { type PromptRequest, promptContent, runCall, runWithData } from './dispatch.ts'
import { dataResponseMs, responseMs } from './response-time.ts'
import { answerUnknown } from './unknown-command.ts'
import { writeFinal, writeLines } from './write-reply.ts'

type Line = Mutable<LineState>
type DataMode = Extract<LineMode, { kind: 'data' }>

/** Bytes from a host. Bytes that come while a command is executed are type-ahead. */
export function receiveBytes(ctx: StepContext, line: Line, chunk: Uint8Array): void {
  const { last } = line
  receiveAll(ctx, line, chunk)
  // Lines are views of the chunk while they run; the last one is kept for `A/`, so it is copied.
  if (line.last !== last) line.last = copyOf(line.last)
}

function receiveAll(ctx: StepContext, line: Line, chunk: Uint8Array): void {
  let at = 0
  while (at < chunk.length) {
    if (!isListening(ctx)) return typed(ctx, line, chunk, at, chunk.length)
    const { mode } = line
    if (mode.kind === 'command') at = receiveLine(ctx, line, chunk, at)
    else if (mode.kind === 'data') at = receiveData(ctx, line, mode, chunk, at)
    else {
      line.typeAhead = concat([line.typeAhead, chunk.subarray(at)])
      return
    }
  }
}

function receiveLine(ctx: StepContext, line: Line, chunk: Uint8Array, from: number): number {
  const scanned = scanLine(line.scan, chunk, from)
  line.scan = scanned.scan
  const isEchoed = echoes(ctx, line) && scanned.next > scanned.echoFrom
  const echo = isEchoed ? chunk.subarray(scanned.echoFrom, scanned.next) : undefined
  typed(ctx, line, chunk, from, scanned.next, echo)
  if (echo) write(ctx, line, echo)
  if (scanned.kind === 'repeat') runLine(ctx, line, line.last)
  else if (scanned.kind === 'line' && isCommandLine(scanned.line)) {
    if (scanned.overlong) writeFinal(ctx, line, error)
    else runTyped(ctx, line, scanned.line)
  }
  return scanned.next
}

/** Tells observers of bytes that are no data. Written out, here and for data: a spread costs more than the command. */
function typed(ctx: StepContext, { id }: Line, chunk: Uint8Array, from: number, to: number, echo?: Uint8Array): void {
  const as = 'command'
  ctx.effects.push({ type: 'typed', line: id, chunk, from, to, as, content: undefined, ends: false, echo })
}

const echoes = (ctx: StepContext, line: Line): boolean => line.settings.echo && !hasDefect(ctx, 'echoLost')

function runTyped(ctx: StepContext, line: Line, text: Uint8Array): void {
  line.last = text
  runLine(ctx, line, text)
}

/** Runs a whole command line; `AT` alone, and `A/` without a line to repeat, are `OK`. */
function runLine(ctx: StepContext, line: Line, text: Uint8Array): void {
  if (delayCommand(ctx, line, text, 2)) return
  ctx.running = line.id
  runCalls(ctx, line, text, 2)
  ctx.running = undefined
}

/** Runs the commands of a line from `from` on, until one fails, opens a prompt or has its result later. */
function runCalls(ctx: StepContext, line: Line, text: Uint8Array, from: number): void {
  let at = skipSpaces(text, from)
  while (at < text.length) {
    const call = at === 2 ? parseFirst(text) : parseCommand(text, at)
    const key = call && ctx.config.keys.get(call.name)
    const answer = key === undefined ? answerUnknown(ctx, text, at, call) : undefined
    at = skipSpaces(text, (answer ?? call!).next)
    const outcome = answer?.reply ?? runCall(ctx, line.id, key!, call!, at >= text.length)
    if (outcome === 'pending') return waitForResult(line, text, at)
    if ('wanted' in outcome) return openPrompt(ctx, line, outcome)
    if (outcome.final === 'ERROR') return endLine(ctx, line, outcome)
    writeLines(ctx, line, outcome.lines)
    if (at < text.length && delayCommand(ctx, line, text, at)) return
  }
  endLine(ctx, line, ok)
}

function endLine(ctx: StepContext, line: Line, reply: FinalReply): void {
  ctx.running = undefined
  writeLines(ctx, line, reply.lines)
  writeFinal(ctx, line, reply)
}

function waitForResult(line: Line, text: Uint8Array, next: number): void {
  line.mode = { kind: 'executing', line: copyOf(text), next }
}

const isTimed = ({ config }: StepContext): boolean => config.timing === 'real'

/** With real timing, delays the next command of a line by its response time. Whether it did. */
function delayCommand(ctx: StepContext, line: Line, text: Uint8Array, next: number): boolean {
  if (!isTimed(ctx)) return false
  const call = parseCommand(text, next)
  const last = call === undefined || skipSpaces(text, call.next) >= text.length
  const ms = responseMs(ctx, line.id, call, last)
  if (ms > 0) line.mode = { kind: 'working', until: ctx.now + ms, delayed: { line: copyOf(text), next } }
  return ms > 0
}

/** Runs the commands whose response time is over; a module that is shutting down runs none. */
export function runDueCommands(ctx: StepContext): void {
  for (const line of ctx.lines) {
    if (line.mode.kind !== 'working' || line.mode.until > ctx.now) continue
    if (isListening(ctx)) runDelayed(ctx, writableLine(ctx, line), line.mode.delayed)
    else writableLine(ctx, line).mode = { kind: 'command' }
  }
}

function runDelayed(ctx: StepContext, line: Line, work: DelayedCommand): void {
  continueLine(ctx, line, () => {
    if ('call' in work) runData(ctx, line, work.call, work.data)
    else runCalls(ctx, line, work.line, work.next)
  })
}

/** The final result of a command comes; the line continues behind it. */
export function resume(ctx: StepContext, line: Line, reply: FinalReply): void {
  if (line.mode.kind !== 'executing') return
  const { line: text, next } = line.mode
  continueLine(ctx, line, () => {
    if (reply.final === 'ERROR') return endLine(ctx, line, reply)
    writeLines(ctx, line, reply.lines)
    if (next >= text.length || !delayCommand(ctx, line, text, next)) runCalls(ctx, line, text, next)
  })
}

/** Runs the rest of the line, then the type-ahead. */
function continueLine(ctx: StepContext, line: Line, run: () => void): void {
  line.mode = { kind: 'command' }
  ctx.running = line.id
  run()
  ctx.running = undefined
  const typed = line.typeAhead
  line.typeAhead = empty
  receiveBytes(ctx, line, typed)
}

function openPrompt(ctx: StepContext, line: Line, { call, wanted }: PromptRequest): void {
  line.mode = { kind: 'data', call, wanted, got: empty, deadline: promptDeadline(ctx) }
  if (!hasDefect(ctx, 'promptLost')) write(ctx, line, ctx.config.prompt)
}

const promptDeadline = ({ now, config }: StepContext): number | null =>
  config.promptTimeoutMs > 0 ? now + config.promptTimeoutMs : null

function receiveData(ctx: StepContext, line: Line, mode: DataMode, chunk: Uint8Array, at: number): number {
  const { got, from, next } = takeData(line.scan, mode.got, mode.wanted, chunk, at)
  line.scan = scanInData(line.scan)
  if (from > at) typed(ctx, line, chunk, at, from)
  const echo = echoesData(ctx, line) && next > from ? chunk.subarray(from, next) : undefined
  const content = promptContent(ctx, mode.call)
  const ends = got.length === mode.wanted
  ctx.effects.push({ type: 'typed', line: line.id, chunk, from, to: next, as: 'data', content, ends, echo })
  if (echo) write(ctx, line, echo)
  if (got.length < mode.wanted && !mode.stuck) line.mode = { ...mode, got, deadline: promptDeadline(ctx) }
  else if (mode.stuck || hasDefect(ctx, 'promptStuck')) line.mode = { ...mode, stuck: true, deadline: null }
  else {
    line.scan = scanAfterData(line.scan)
    closePrompt(ctx, line, mode.call, got)
  }
  return next
}

const echoesData = (ctx: StepContext, line: Line): boolean => echoes(ctx, line) && ctx.config.profile.echoesData

/** The data of a prompt is complete. */
function closePrompt(ctx: StepContext, line: Line, call: PromptCall, data: Uint8Array): void {
  const ms = isTimed(ctx) ? dataResponseMs(ctx, call) : 0
  if (ms > 0) {
    line.mode = { kind: 'working', until: ctx.now + ms, delayed: { call, data: copyOf(data) } }
    return
  }
  line.mode = { kind: 'command' }
  ctx.running = line.id
  runData(ctx, line, call, data)
  ctx.running = undefined
}

function runData(ctx: StepContext, line: Line, call: PromptCall, data: Uint8Array): void {
  const reply = runWithData(ctx, line.id, call, data)
  if (reply === 'pending') waitForResult(line, empty, 0)
  else endLine(ctx, line, reply)
}

/** Ends prompts that had all their bytes and were stuck. */
export function freePrompts(ctx: StepContext): void {
  for (const line of ctx.lines)
    if (line.mode.kind === 'data' && line.mode.stuck) abandonPrompt(ctx, writableLine(ctx, line))
}

/** Ends prompts that have timed out. */
export function expirePrompts(ctx: StepContext): void {
  for (const line of ctx.lines)
    if (line.mode.kind === 'data' && line.mode.deadline !== null && line.mode.deadline <= ctx.now)
      abandonPrompt(ctx, writableLine(ctx, line))
}

function abandonPrompt(ctx: StepContext, line: Line): void {
  line.mode = { kind: 'command' }
  endLine(ctx, line, error)
}
