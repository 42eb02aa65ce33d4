import { CR, empty } from '../at/syntax/bytes.ts'
import { freshScan } from '../at/syntax/scan-line.ts'
import { randomState } from '../io/runtime/random.ts'
import { nextDeadline as sessionDeadline } from '../mqtt/public.ts'
import { changeSim } from './cellular/card-slot.ts'
import { changeNetwork, initialNetwork, initialRadio } from './cellular/network.ts'
import { happen, isListening, restartedRadio, switchOff, switchOn } from './cellular/power.ts'
import { factoryCalendar } from './cellular/real-time-clock.ts'
import { takeDue } from './cellular/scheduled-events.ts'
import { closedSockets, initialSettings } from './cellular/settings.ts'
import { initialSim, unreadCard } from './cellular/sim.ts'
import type { ConnectionInput, Effect, Input } from './core/effects.ts'
import { type Impairment, isImpaired } from './core/injected-defect.ts'
import type { Device } from './core/module-config.ts'
import type { Client, LineState, ModuleState } from './core/state.ts'
import { beginTurn, type Draft, endTurn, findLine, log, type Turn, urcText } from './core/step-context.ts'
import { answerDue, expirePrompts, freePrompts, receiveBytes, resume } from './line/interpreter.ts'
import { freshPort } from './line/line-settings.ts'
import { error, type FinalReply, okWith } from './line/reply.ts'
import { clientAt, clientIndices } from './mqtt-service/clients.ts'
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
} from './mqtt-service/connection.ts'
import { initialSslContexts } from './mqtt-service/ssl-contexts.ts'

/** A module as it is made: booted, where that takes no time; without lines. */
export function initialState(device: Device, now = 0): ModuleState {
  const turn = beginTurn(device, withoutPower(device, now), now)
  if (device.power === 'start') switchOn(turn)
  settle(turn)
  return endTurn(turn)
}

const withoutPower = (device: Device, now: number): ModuleState => ({
  power: { kind: 'off' },
  settings: initialSettings(device),
  network: initialNetwork,
  sim: initialSim(device),
  radio: initialRadio(device),
  sockets: closedSockets,
  calendar: factoryCalendar(now),
  kept: { imei: device.identity.imei, zoneUpdate: device.profile.general.zoneUpdate.initial },
  agenda: [],
  service: { kind: 'stopped' },
  sslContexts: initialSslContexts,
  sessions: {},
  lines: [],
  nextConnection: 1,
  laterUrcs: [],
  unknownCommands: [],
  random: randomState(device.seed),
  impairments: [],
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
  settle(turn)
  return { state: endTurn(turn), effects: turn.effects }
}

/** What follows of itself: results that were kept back, then what the agenda has for now. */
function settle(turn: Turn): void {
  for (;;) {
    const next = turn.resumptions.shift()
    if (next) {
      const line = findLine(turn, next.line)
      if (line) resume(turn, line, next.reply)
      continue
    }
    const event = turn.agenda.length > 0 ? takeDue(turn) : undefined
    if (event === undefined) return
    happen(turn, event, clear)
  }
}

/** When `step` wants a `time` input; Infinity: not before something else happens. */
export function nextDeadline({ lines, service, agenda, laterUrcs }: ModuleState): number {
  let next = Math.min(agenda[0]?.at ?? Number.POSITIVE_INFINITY, laterUrcs[0]?.at ?? Number.POSITIVE_INFINITY)
  for (const { mode } of lines) {
    if (mode.kind === 'data') next = Math.min(next, mode.deadline ?? next)
    if (mode.kind === 'working') next = Math.min(next, mode.until)
  }
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
      turn.lines.push(freshLine(input.line, input.name, turn.device.bootSpeed))
      return
    case 'detach':
      turn.lines.splice(0, turn.lines.length, ...turn.lines.filter(({ id }) => id !== input.line))
      return
    case 'host':
      return hostChanged(turn, input.line, input.present)
    case 'time':
      return expire(turn)
    case 'network':
      return changeNetwork(turn, { coverage: input.coverage })
    case 'radio':
      return changeNetwork(turn, input.change)
    case 'power':
      return input.on ? switchOn(turn) : switchOff(turn, clear)
    case 'sim':
      return changeSim(turn, input.action)
    case 'reset':
      switchOff(turn, clear)
      changeNetwork(turn, { coverage: 'up' })
      return switchOn(turn)
    case 'impair':
      return impair(turn, input.impairments)
    case 'urc':
      return isListening(turn) ? urcText(turn, input.text) : undefined
    case 'stored':
      return void turn.resumptions.push({ line: input.line, reply: storeReply(input) })
    default:
      return applyToConnection(turn, input)
  }
}

/** Prompts that were stuck for a defect which is gone give up. */
function impair(turn: Turn, impairments: readonly Impairment[]): void {
  turn.impairments = impairments
  if (!isImpaired(turn, 'promptStuck')) freePrompts(turn)
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

const freshLine = (id: number, name: string, speed: number): LineState => ({
  id,
  name,
  hasHost: false,
  port: freshPort,
  speed,
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
  if (present) {
    if (turn.device.power === 'open') switchOn(turn)
    return
  }
  if (line.mode.kind !== 'data') line.scan = freshScan
  line.typeAhead = line.typeAhead.slice(0, line.typeAhead.lastIndexOf(CR) + 1)
  line.held = []
  line.heldBytes = 0
}

function expire(turn: Turn): void {
  answerDue(turn)
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

/** Nothing of the lines' settings, the service or the MQTT sessions is left. What it interrupts gets no result. */
function clear(turn: Turn): void {
  for (const index of clientIndices) {
    const connection = connectionOf(clientAt(turn, index))
    if (connection !== undefined) turn.effects.push({ type: 'destroy', connection })
  }
  const lines = turn.lines.map(
    (line): Draft<LineState> => ({ ...freshLine(line.id, line.name, turn.device.bootSpeed), hasHost: line.hasHost }),
  )
  turn.lines.splice(0, lines.length, ...lines)
  const { settings, service, sslContexts, sessions, sockets, agenda, laterUrcs } = withoutPower(turn.device, turn.now)
  Object.assign(turn, { settings, service, sslContexts, sessions, sockets, agenda, laterUrcs })
  turn.radio = restartedRadio(turn)
  const { at, shown } = turn.calendar
  turn.calendar = { at, shown }
  unreadCard(turn)
}
