import { bytesOf, concat, copyOf } from '../../at/syntax/bytes.ts'
import type { LogLevel } from '../../io/runtime/runtime.ts'
import type { Effect, WriteEffect } from './effects.ts'
import { hasDefect } from './injected-defect.ts'
import type { HeldOutput } from './line-state.ts'
import type { ModuleConfig } from './module-config.ts'
import type { FinalReply } from './reply.ts'
import type { CellularState, LineState, ModuleState, ScheduleState, ServiceState } from './state.ts'

export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * One `step` under way: the groups of the state as they are by now, and the effects so far. A group is the one of the
 * state before until it is changed, by the functions `writable…`: they copy it once in a step.
 */
export interface StepContext extends Mutable<Omit<ModuleState, 'lines'>> {
  readonly config: ModuleConfig
  readonly now: number
  readonly before: ModuleState
  readonly lines: LineState[]
  readonly effects: Effect[]
  /** The line whose command is being run. */
  running: number | undefined
  /** Connections that are lost end at their servers at once. */
  announces: boolean
  /** Final results that commands have kept back until now. */
  readonly resumptions: { readonly line: number; readonly reply: FinalReply }[]
}

export function beginStep(config: ModuleConfig, before: ModuleState, now: number): StepContext {
  const { lines, service, cellular, nonVolatile, defects, schedule, random, unknownCommands } = before
  return {
    config,
    now,
    before,
    lines: lines.slice(),
    service,
    cellular,
    nonVolatile,
    defects,
    schedule,
    random,
    unknownCommands,
    effects: [],
    running: undefined,
    announces: false,
    resumptions: [],
  }
}

export function endStep(ctx: StepContext): ModuleState {
  const { lines, service, cellular, nonVolatile, defects, schedule, random, unknownCommands } = ctx
  return { lines, service, cellular, nonVolatile, defects, schedule, random, unknownCommands }
}

// Written out, here and below: a spread costs more, and gives objects of many shapes, which cost everywhere.
const copyOfLine = ({
  id,
  name,
  hasHost,
  settings,
  speed,
  scan,
  mode,
  last,
  typeAhead,
  held,
  heldBytes,
}: LineState): Mutable<LineState> => ({
  id,
  name,
  hasHost,
  settings,
  speed,
  scan,
  mode,
  last,
  typeAhead,
  held,
  heldBytes,
})

export function writableService(ctx: StepContext): Mutable<ServiceState> {
  if (ctx.service === ctx.before.service) {
    const { mqtt, sslContexts, sessions, nextConnection } = ctx.service
    ctx.service = { mqtt, sslContexts, sessions, nextConnection }
  }
  return ctx.service
}

export function writableCellular(ctx: StepContext): Mutable<CellularState> {
  if (ctx.cellular === ctx.before.cellular) {
    const { power, settings, network, sim, radio, sockets, clock } = ctx.cellular
    ctx.cellular = { power, settings, network, sim, radio, sockets, clock }
  }
  return ctx.cellular
}

/** Nothing is scheduled. One object for all modules, of which there may be thousands. */
export const emptySchedule: ScheduleState = { events: [], urcs: [] }

export function writableSchedule(ctx: StepContext): Mutable<ScheduleState> {
  if (ctx.schedule === ctx.before.schedule || ctx.schedule === emptySchedule) {
    const { events, urcs } = ctx.schedule
    ctx.schedule = { events, urcs }
  }
  return ctx.schedule
}

/** The line as it is now, for reading: a later change may be in another object. */
export function lineOf(ctx: StepContext, id: number): LineState | undefined {
  for (const line of ctx.lines) if (line.id === id) return line
  return undefined
}

/** The line with this number to change; undefined: it is detached. */
export function findWritableLine(ctx: StepContext, id: number): Mutable<LineState> | undefined {
  for (let at = 0; at < ctx.lines.length; at++) {
    const line = ctx.lines[at]!
    if (line.id === id) return ctx.before.lines.includes(line) ? copyInPlace(ctx, line, at) : line
  }
  return undefined
}

function copyInPlace({ lines }: StepContext, line: LineState, at: number): Mutable<LineState> {
  const copy = copyOfLine(line)
  lines[at] = copy
  return copy
}

export const writableLine = (ctx: StepContext, line: LineState): Mutable<LineState> =>
  findWritableLine(ctx, line.id) ?? line

/** Bytes for the host of a line; without a host they are discarded, as by a UART. */
export function write(ctx: StepContext, line: LineState, bytes: Uint8Array, urc = false): void {
  if (!line.hasHost) return
  const last = ctx.effects[ctx.effects.length - 1]
  if (!urc && last?.type === 'write' && last.line === line.id && !last.urc) addPart(last, bytes)
  else ctx.effects.push({ type: 'write', line: line.id, parts: [bytes], urc } satisfies WriteEffect)
}

/** A list that grows gets room for seventeen more: most have an echo, a final result and perhaps a deferred one. */
function addPart(effect: Mutable<WriteEffect>, bytes: Uint8Array): void {
  const { parts } = effect
  if (parts.length === 1) effect.parts = [parts[0]!, bytes]
  else if (parts.length === 2) effect.parts = [parts[0]!, parts[1]!, bytes]
  else parts.push(bytes)
}

export function log(
  ctx: StepContext,
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
): void {
  ctx.effects.push({ type: 'log', level, message, ...(fields && { fields }) })
}

/** Most bytes of URCs that wait for a prompt or a command; a URC beyond is dropped. */
const maxHeldBytes = 1 << 20

/** A URC, framed or as whole message, for every line that has a host. */
export function urc(ctx: StepContext, framed: Uint8Array): void {
  for (const line of ctx.lines) {
    if (!line.hasHost) continue
    if (isIdle(ctx, line)) write(ctx, line, framed, true)
    else if (line.heldBytes + framed.length <= maxHeldBytes) hold(writableLine(ctx, line), copyOf(framed), true)
    else log(ctx, 'warn', 'URC dropped: the line is held by a prompt or a command', { line: line.name })
  }
}

export const urcText = (ctx: StepContext, text: string): void => urc(ctx, bytesOf(`\r\n${text}\r\n`))

/** A deferred result, for the line that gave the command. */
export function deferred(ctx: StepContext, lineId: number, text: string): void {
  deferredBytes(ctx, lineId, bytesOf(`\r\n${text}\r\n`))
}

/** The same with the bytes of the text in its frame, an array of their own that is not changed. */
export function deferredBytes(ctx: StepContext, lineId: number, framed: Uint8Array): void {
  const line = lineOf(ctx, lineId)
  if (!line?.hasHost) return
  if (isIdle(ctx, line)) write(ctx, line, framed)
  else hold(writableLine(ctx, line), framed, false)
}

/**
 * Shorter outputs are held as one: a list of each of a hundred thousand would be copied at each. They are written as the
 * parts that they were: observers look for a received message in each. `bytes` are no piece of a larger array.
 */
const joinedBytes = 1024

function hold(line: Mutable<LineState>, bytes: Uint8Array, isUrc: boolean): void {
  const last = line.held.at(-1)
  if (last?.urc === isUrc && last.bytes.length + bytes.length <= joinedBytes)
    line.held = [...line.held.slice(0, -1), joined(last, bytes)]
  else {
    const output = { bytes, ends: [bytes.length], urc: isUrc }
    line.held = last === undefined ? [output] : [...line.held, output]
  }
  line.heldBytes += bytes.length
}

const joined = ({ bytes, ends, urc: isUrc }: HeldOutput, more: Uint8Array): HeldOutput => ({
  bytes: concat([bytes, more]),
  ends: [...ends, bytes.length + more.length],
  urc: isUrc,
})

const partsOf = ({ bytes, ends }: HeldOutput): Uint8Array[] =>
  ends.length === 1 ? [bytes] : ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))

const isIdle = (ctx: StepContext, line: LineState): boolean =>
  (line.mode.kind === 'command' && ctx.running !== line.id) || hasDefect(ctx, 'unheld')

/** Writes the URCs and deferred results that waited for the final result. */
export function releaseHeld(ctx: StepContext, found: LineState): void {
  if (found.held.length === 0) return
  const line = writableLine(ctx, found)
  const { held } = line
  line.held = nothingHeld
  line.heldBytes = 0
  for (const output of held) writeHeld(ctx, line, output)
}

const nothingHeld: readonly never[] = []

/** URCs that were held as one are written, or dropped, as one. */
function writeHeld(ctx: StepContext, line: LineState, output: HeldOutput): void {
  const [parts, { urc: isUrc }] = [partsOf(output), output]
  if (!isUrc) for (const part of parts) write(ctx, line, part)
  else if (line.hasHost) ctx.effects.push({ type: 'write', line: line.id, parts, urc: true } satisfies WriteEffect)
}
