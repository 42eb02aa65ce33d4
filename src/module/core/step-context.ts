import { bytesOf } from '../../at/syntax/bytes.ts'
import type { LogLevel } from '../../io/runtime/runtime.ts'
import type { FinalReply } from '../line/reply.ts'
import type { Effect, WriteEffect } from './effects.ts'
import { isImpaired } from './injected-defect.ts'
import type { Device } from './module-config.ts'
import type { LineState, ModuleState } from './state.ts'

export type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** One `step` under way: a state that may be changed, and the effects so far. Nothing of it is seen from outside. */
export interface Turn extends Draft<Omit<ModuleState, 'lines'>> {
  readonly device: Device
  readonly now: number
  readonly lines: Draft<LineState>[]
  readonly effects: Effect[]
  /** The line whose command is being run. */
  running: number | undefined
  /** Final results that commands have kept back until now. */
  readonly resumptions: { readonly line: number; readonly reply: FinalReply }[]
}

export function beginTurn(device: Device, state: ModuleState, now: number): Turn {
  const { power, settings, network, sim, radio, sockets, calendar, kept, agenda } = state
  const { service, sslContexts, sessions, lines, nextConnection } = state
  const { laterUrcs, unknownCommands, random, impairments } = state
  return {
    power,
    laterUrcs,
    unknownCommands,
    settings,
    network,
    sim,
    radio,
    sockets,
    calendar,
    kept,
    agenda,
    service,
    sslContexts,
    sessions,
    nextConnection,
    random,
    impairments,
    device,
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
  port,
  speed,
  scan,
  mode,
  last,
  typeAhead,
  held,
  heldBytes,
}: LineState): Draft<LineState> => ({ id, name, hasHost, port, speed, scan, mode, last, typeAhead, held, heldBytes })

export function endTurn(turn: Turn): ModuleState {
  const { power, settings, network, sim, radio, sockets, calendar, kept, agenda } = turn
  const { service, sslContexts, sessions, lines, nextConnection } = turn
  const { laterUrcs, unknownCommands, random, impairments } = turn
  return {
    power,
    settings,
    network,
    sim,
    radio,
    sockets,
    calendar,
    kept,
    agenda,
    service,
    sslContexts,
    sessions,
    lines,
    nextConnection,
    laterUrcs,
    unknownCommands,
    random,
    impairments,
  }
}

export function findLine(turn: Turn, id: number): Draft<LineState> | undefined {
  for (const line of turn.lines) if (line.id === id) return line
  return undefined
}

/** Bytes for the host of a line; nobody there: discarded, as by a UART. */
export function write(turn: Turn, line: LineState, bytes: Uint8Array, urc = false): void {
  if (!line.hasHost) return
  const last = turn.effects.at(-1)
  if (!urc && last?.type === 'write' && last.line === line.id && !last.urc && !last.secret) last.parts.push(bytes)
  else turn.effects.push({ type: 'write', line: line.id, parts: [bytes], urc } satisfies WriteEffect)
}

/** The echo of data that must not be seen in a log or a trace. */
export function writeSecret(turn: Turn, line: LineState, bytes: Uint8Array): void {
  if (line.hasHost) turn.effects.push({ type: 'write', line: line.id, parts: [bytes], urc: false, secret: true })
}

export function log(turn: Turn, level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
  turn.effects.push({ type: 'log', level, message, ...(fields && { fields }) })
}

/** Most bytes of URCs that wait for a prompt or a command; what is more is dropped whole. */
const maxHeldBytes = 1 << 20

/** A URC, framed or as whole message, for every line that has a host. */
export function urc(turn: Turn, framed: Uint8Array): void {
  for (const line of turn.lines) {
    if (!line.hasHost) continue
    if (isIdle(turn, line)) write(turn, line, framed, true)
    else if (line.heldBytes + framed.length <= maxHeldBytes) hold(line, framed, true)
    else log(turn, 'warn', 'URC dropped: the line is held by a prompt or a command', { line: line.name })
  }
}

export const urcText = (turn: Turn, text: string): void => urc(turn, bytesOf(`\r\n${text}\r\n`))

/** A deferred result, for the line that gave the command. */
export function deferred(turn: Turn, lineId: number, text: string): void {
  const line = findLine(turn, lineId)
  if (!line?.hasHost) return
  const framed = bytesOf(`\r\n${text}\r\n`)
  if (isIdle(turn, line)) write(turn, line, framed)
  else hold(line, framed, false)
}

function hold(line: Draft<LineState>, bytes: Uint8Array, isUrc: boolean): void {
  line.held = [...line.held, { bytes, urc: isUrc }]
  line.heldBytes += bytes.length
}

const isIdle = (turn: Turn, line: LineState): boolean =>
  (line.mode.kind === 'command' && turn.running !== line.id) || isImpaired(turn, 'unheld')

/** What waited for the final result. */
export function releaseHeld(turn: Turn, line: Draft<LineState>): void {
  if (line.held.length === 0) return
  const held = line.held
  line.held = []
  line.heldBytes = 0
  for (const { bytes, urc: isUrc } of held) write(turn, line, bytes, isUrc)
}
