import { bytesOf } from '../../at/syntax/bytes.ts'
import type { LogLevel } from '../../io/runtime/runtime.ts'
import type { FinalReply } from '../line/reply.ts'
import type { Effect, WriteEffect } from './effects.ts'
import { hasDefect } from './injected-defect.ts'
import type { ModuleConfig } from './module-config.ts'
import type { LineState, ModuleState } from './state.ts'

export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** One `step` under way: a state that may be changed, and the effects so far. Nothing of it is seen from outside. */
export interface StepContext extends Mutable<Omit<ModuleState, 'lines'>> {
  readonly config: ModuleConfig
  readonly now: number
  readonly lines: Mutable<LineState>[]
  readonly effects: Effect[]
  /** The line whose command is being run. */
  running: number | undefined
  /** Final results that commands have kept back until now. */
  readonly resumptions: { readonly line: number; readonly reply: FinalReply }[]
}

export function beginStep(config: ModuleConfig, state: ModuleState, now: number): StepContext {
  const { power, settings, network, sim, radio, sockets, realTimeClock, nonVolatile, scheduled } = state
  const { service, sslContexts, sessions, lines, nextConnection } = state
  const { laterUrcs, unknownCommands, random, defects } = state
  return {
    power,
    laterUrcs,
    unknownCommands,
    settings,
    network,
    sim,
    radio,
    sockets,
    realTimeClock,
    nonVolatile,
    scheduled,
    service,
    sslContexts,
    sessions,
    nextConnection,
    random,
    defects,
    config,
    now,
    lines: lines.map(draftOf),
    effects: [],
    running: undefined,
    resumptions: [],
  }
}

// Written out, here and below: a spread costs more, and gives objects of many shapes, which cost everywhere.
const draftOf = ({
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

export function endStep(ctx: StepContext): ModuleState {
  const { power, settings, network, sim, radio, sockets, realTimeClock, nonVolatile, scheduled } = ctx
  const { service, sslContexts, sessions, lines, nextConnection } = ctx
  const { laterUrcs, unknownCommands, random, defects } = ctx
  return {
    power,
    settings,
    network,
    sim,
    radio,
    sockets,
    realTimeClock,
    nonVolatile,
    scheduled,
    service,
    sslContexts,
    sessions,
    lines,
    nextConnection,
    laterUrcs,
    unknownCommands,
    random,
    defects,
  }
}

export function findLine(ctx: StepContext, id: number): Mutable<LineState> | undefined {
  for (const line of ctx.lines) if (line.id === id) return line
  return undefined
}

/** Bytes for the host of a line; nobody there: discarded, as by a UART. */
export function write(ctx: StepContext, line: LineState, bytes: Uint8Array, urc = false): void {
  if (!line.hasHost) return
  const last = ctx.effects.at(-1)
  if (!urc && last?.type === 'write' && last.line === line.id && !last.urc && !last.secret) last.parts.push(bytes)
  else ctx.effects.push({ type: 'write', line: line.id, parts: [bytes], urc } satisfies WriteEffect)
}

/** The echo of data that must not be seen in a log or a trace. */
export function writeSecret(ctx: StepContext, line: LineState, bytes: Uint8Array): void {
  if (line.hasHost) ctx.effects.push({ type: 'write', line: line.id, parts: [bytes], urc: false, secret: true })
}

export function log(
  ctx: StepContext,
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
): void {
  ctx.effects.push({ type: 'log', level, message, ...(fields && { fields }) })
}

/** Most bytes of URCs that wait for a prompt or a command; what is more is dropped whole. */
const maxHeldBytes = 1 << 20

/** A URC, framed or as whole message, for every line that has a host. */
export function urc(ctx: StepContext, framed: Uint8Array): void {
  for (const line of ctx.lines) {
    if (!line.hasHost) continue
    if (isIdle(ctx, line)) write(ctx, line, framed, true)
    else if (line.heldBytes + framed.length <= maxHeldBytes) hold(line, framed, true)
    else log(ctx, 'warn', 'URC dropped: the line is held by a prompt or a command', { line: line.name })
  }
}

export const urcText = (ctx: StepContext, text: string): void => urc(ctx, bytesOf(`\r\n${text}\r\n`))

/** A deferred result, for the line that gave the command. */
export function deferred(ctx: StepContext, lineId: number, text: string): void {
  const line = findLine(ctx, lineId)
  if (!line?.hasHost) return
  const framed = bytesOf(`\r\n${text}\r\n`)
  if (isIdle(ctx, line)) write(ctx, line, framed)
  else hold(line, framed, false)
}

function hold(line: Mutable<LineState>, bytes: Uint8Array, isUrc: boolean): void {
  line.held = [...line.held, { bytes, urc: isUrc }]
  line.heldBytes += bytes.length
}

const isIdle = (ctx: StepContext, line: LineState): boolean =>
  (line.mode.kind === 'command' && ctx.running !== line.id) || hasDefect(ctx, 'unheld')

/** What waited for the final result. */
export function releaseHeld(ctx: StepContext, line: Mutable<LineState>): void {
  if (line.held.length === 0) return
  const held = line.held
  line.held = []
  line.heldBytes = 0
  for (const { bytes, urc: isUrc } of held) write(ctx, line, bytes, isUrc)
}
