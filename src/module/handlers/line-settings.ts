import { initialSettings } from '../cellular/settings.ts'
import type { Port } from '../core/state.ts'
import { findLine, type Turn } from '../core/step-context.ts'
import { freshPort } from '../line/line-settings.ts'
import { error, type FinalReply, ok, okWith } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'
import { settingsText } from './settings-text.ts'

type Keys =
  | 'echo'
  | 'verbose'
  | 'quiet'
  | 'carrier'
  | 'terminalReady'
  | 'restore'
  | 'factory'
  | 'keep'
  | 'view'
  | 'errorReports'
  | 'speed'
  | 'flow'
  | 'framing'
  | 'sleep'
  | 'reportPort'
  | 'reportDelay'

/** The serial line, and what is kept of it. A bare letter means its 0, but for `ATV` and `AT&C`, `AT&D` (V.25ter). */
export const lineHandlers: GeneralHandlers<Keys> = {
  echo: {
    execute: (turn, _, line) => setPort(turn, line, { echo: false }),
    set: (turn, { echo }, line) => setPort(turn, line, { echo: echo === 1 }),
  },
  verbose: {
    execute: (turn, _, line) => setPort(turn, line, { verbose: 1 }),
    set: (turn, { value }, line) => setPort(turn, line, { verbose: value === 0 ? 0 : 1 }),
  },
  quiet: {
    execute: (turn, _, line) => setPort(turn, line, { quiet: 0 }),
    set: (turn, { value }, line) => setPort(turn, line, { quiet: value }),
  },
  carrier: {
    execute: (turn, _, line) => setPort(turn, line, { carrier: 0 }),
    set: (turn, { value }, line) => setPort(turn, line, { carrier: value }),
  },
  terminalReady: {
    execute: (turn, _, line) => setPort(turn, line, { terminalReady: 0 }),
    set: (turn, { value }, line) => setPort(turn, line, { terminalReady: value }),
  },
  restore: { execute: (turn, _, line) => restore(turn, line), set: (turn, _, line) => restore(turn, line) },
  factory: { execute: (turn, _, line) => factory(turn, line), set: (turn, _, line) => factory(turn, line) },
  keep: { execute: (turn, _, line) => keep(turn, line), set: (turn, _, line) => keep(turn, line) },
  view: { execute: (turn, _, line) => okWith(settingsText(turn, line)) },
  errorReports: {
    read: (turn) => okWith(`+CMEE: ${turn.settings.errorReports}`),
    execute: (turn) => setErrorReports(turn, turn.device.profile.errorReports),
    set: (turn, { n }) => setErrorReports(turn, n),
  },
  speed: {
    read: (turn, _, line) => okWith(`+IPR: ${findLine(turn, line)?.speed}`),
    execute: (turn, _, line) => setSpeed(turn, line, turn.device.bootSpeed),
    set: (turn, { speed }, line) => setSpeed(turn, line, speed),
  },
  flow: {
    read: (turn, _, line) => okWith(`+IFC: ${portOf(turn, line).flow.join(',')}`),
    execute: (turn, _, line) => setPort(turn, line, { flow: freshPort.flow }),
    set: (turn, { dce, dte }, line) => setPort(turn, line, { flow: [dce, dte ?? dce] }),
  },
  framing: { set: () => ok },
  sleep: { set: () => ok },
  reportPort: { set: () => ok },
  reportDelay: { set: () => ok },
}

export const portOf = (turn: Turn, line: number): Port => findLine(turn, line)?.port ?? freshPort

function setPort(turn: Turn, lineId: number, change: Partial<Port>): FinalReply {
  const line = findLine(turn, lineId)
  if (!line) return error
  line.port = { ...line.port, ...change }
  return ok
}

function setSpeed(turn: Turn, lineId: number, speed: number): FinalReply {
  const line = findLine(turn, lineId)
  if (line) line.speed = speed
  return ok
}

/** With nothing stored it brings the settings of a restart. */
const restore = (turn: Turn, line: number): FinalReply => setPort(turn, line, turn.kept.port ?? freshPort)

function keep(turn: Turn, line: number): FinalReply {
  turn.kept = { ...turn.kept, port: portOf(turn, line) }
  return ok
}

function factory(turn: Turn, line: number): FinalReply {
  turn.settings = initialSettings(turn.device)
  turn.kept = { ...turn.kept, zoneUpdate: turn.device.profile.general.zoneUpdate.factory }
  return setPort(turn, line, freshPort)
}

function setErrorReports(turn: Turn, errorReports: 0 | 1 | 2): FinalReply {
  turn.settings = { ...turn.settings, errorReports }
  return ok
}
