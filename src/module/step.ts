import { CR, empty } from '../at/bytes/bytes.ts'
import { freshScan } from '../at/bytes/scan-line.ts'
import { nextDeadline as sessionDeadline } from '../mqtt/public.ts'
import { initialNetwork, setCoverage } from './cellular/network.ts'
import type { Device } from './device.ts'
import type { ConnectionInput, Effect, Input } from './effects.ts'
import { expirePrompts, receiveBytes, resume } from './line/interpreter.ts'
import { error, type FinalReply, okWith } from './line/reply.ts'
import { clientAt, clientIndices } from './service/clients.ts'
import {
  connectionCongested,
  connectionEnded,
  connectionOf,
  connectionOpened,
  connectionReceived,
  connectionTick,
  dialFailed,
  expireSocketWaits,
  findConnection,
  sessionOf,
} from './service/connection.ts'
import { initialSslContexts } from './service/ssl-contexts.ts'
import type { Client, LineState, ModuleState } from './state.ts'
import { beginTurn, type Draft, endTurn, findLine, log, type Turn, urcText } from './turn.ts'

/** A module just switched on, without lines. */
export const initialState = (device: Device): ModuleState => ({
  settings: { errorReports: device.profile.errorReports },
  network: initialNetwork,
  service: { kind: 'stopped' },
  sslContexts: initialSslContexts,
  sessions: {},
  lines: [],
  nextConnection: 1,
  laterUrcs: [],
  unknownCommands: [],
})

/** What one input does: a pure function of its arguments. `now` in milliseconds of any clock that never goes back. */
export function step(
  device: Device,
  state: ModuleState,
  input: Input,
  now: number,
): { readonly state: ModuleState; readonly effects: readonly Effect[] } {
  const turn = beginTurn(device, state, now)
  apply(turn, input)
  for (let next = turn.resumptions.shift(); next; next = turn.resumptions.shift()) {
    const line = findLine(turn, next.line)
    if (line) resume(turn, line, next.reply)
  }
  return { state: endTurn(turn), effects: turn.effects }
}

/** When `step` wants a `time` input; Infinity: not before something else happens. */
export function nextDeadline({ lines, service, laterUrcs }: ModuleState): number {
  let next = laterUrcs[0]?.at ?? Number.POSITIVE_INFINITY
  for (const { mode } of lines) if (mode.kind === 'data') next = Math.min(next, mode.deadline ?? next)
  if (service.kind === 'started') for (const client of service.clients) next = Math.min(next, clientDeadline(client))
  return next
}

function clientDeadline(client: Client): number {
  if (client.kind === 'disconnecting') return client.farewell.deadline
  const session = sessionOf(client)
  const pending = client.kind === 'connected' ? client.link.pending?.deadline : undefined
  return Math.min(session ? sessionDeadline(session) : Number.POSITIVE_INFINITY, pending ?? Number.POSITIVE_INFINITY)
}

function apply(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'bytes': {
      const line = findLine(turn, input.line)
      if (line) receiveBytes(turn, line, input.bytes)
      return
    }
    case 'attach':
      turn.lines.push(freshLine(input.line, input.name))
      return
    case 'detach':
      turn.lines.splice(0, turn.lines.length, ...turn.lines.filter(({ id }) => id !== input.line))
      return
    case 'host':
      return hostChanged(turn, input.line, input.present)
    case 'time':
      return expire(turn)
    case 'network':
      return setCoverage(turn, input.coverage)
    case 'reset':
      return reset(turn)
    case 'urc':
      return urcText(turn, input.text)
    case 'stored':
      return void turn.resumptions.push({ line: input.line, reply: storeReply(input) })
    default:
      return applyToConnection(turn, input)
  }
}

function applyToConnection(turn: Turn, input: ConnectionInput): void {
  const found = findConnection(turn, input.connection)
  if (!found) return
  const { index, client } = found
  if (input.type === 'received') connectionReceived(turn, index, client, input.bytes)
  if (input.type === 'connected') connectionOpened(turn, index, client)
  if (input.type === 'congested') connectionCongested(turn, index, client, input.congested)
  if (input.type === 'ended') connectionEnded(turn, index, client, input.how)
  if (input.type === 'failed') {
    log(turn, 'warn', `CONNECT failed: ${input.detail}`, { client: index })
    dialFailed(turn, index, client, input.reason)
  }
}

/** `+CCERTLIST` has a line for each file; the others only succeed or fail. */
const storeReply = ({ done, names }: Extract<Input, { type: 'stored' }>): FinalReply =>
  done ? okWith(...names.map((name) => `+CCERTLIST: "${name}"`)) : error

const freshLine = (id: number, name: string): LineState => ({
  id,
  name,
  hasHost: false,
  echo: true,
  scan: freshScan,
  mode: { kind: 'command' },
  last: empty,
  typeAhead: empty,
  held: [],
  heldBytes: 0,
})

/** A host came or went. A half-typed line goes with it; an open prompt stays. */
function hostChanged(turn: Turn, lineId: number, present: boolean): void {
  const line = findLine(turn, lineId)
  if (!line) return
  line.hasHost = present
  if (present) return
  if (line.mode.kind !== 'data') line.scan = freshScan
  line.typeAhead = line.typeAhead.slice(0, line.typeAhead.lastIndexOf(CR) + 1)
  line.held = []
  line.heldBytes = 0
}

function expire(turn: Turn): void {
  expirePrompts(turn)
  sendLaterUrcs(turn)
  for (const index of clientIndices) {
    const client = clientAt(turn, index)
    if (clientDeadline(client) > turn.now) continue
    connectionTick(turn, index, client)
    expireSocketWaits(turn, index)
  }
}

function sendLaterUrcs(turn: Turn): void {
  const due = turn.laterUrcs.filter(({ at }) => at <= turn.now)
  if (due.length === 0) return
  turn.laterUrcs = turn.laterUrcs.slice(due.length)
  for (const { text } of due) urcText(turn, text)
}

/** As at power-on: nothing of the lines' settings, the service or the MQTT sessions is left. What it interrupts gets no result. */
function reset(turn: Turn): void {
  for (const index of clientIndices) {
    const client = clientAt(turn, index)
    const connection = connectionOf(client)
    if (connection !== undefined) turn.effects.push({ type: 'destroy', connection })
  }
  const lines = turn.lines.map(
    (line): Draft<LineState> => ({ ...freshLine(line.id, line.name), hasHost: line.hasHost }),
  )
  turn.lines.splice(0, lines.length, ...lines)
  const { settings, network, service, sslContexts, sessions, laterUrcs } = initialState(turn.device)
  Object.assign(turn, { settings, network, service, sslContexts, sessions, laterUrcs })
  turn.effects.push({ type: 'coverage', silent: false })
  for (const text of turn.device.profile.bootLines) urcText(turn, text)
}
