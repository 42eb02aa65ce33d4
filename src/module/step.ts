import { CR, empty } from '../at/syntax/bytes.ts'
import { freshScan } from '../at/syntax/scan-line.ts'
import { randomState } from '../io/runtime/random.ts'
import { nextTickAt as sessionDeadline } from '../mqtt/public.ts'
import { changeSim } from './cellular/card-slot.ts'
import { changeNetwork, initialNetwork, initialRadio } from './cellular/network.ts'
import { happen, isListening, restartedRadio, switchOff, switchOn } from './cellular/power.ts'
import { factoryClock } from './cellular/real-time-clock.ts'
import { takeDue } from './cellular/scheduled-events.ts'
import { closedSockets, initialSettings } from './cellular/settings.ts'
import { initialSim, unreadCard } from './cellular/sim.ts'
import type { ConnectionInput, Effect, Input } from './core/effects.ts'
import { hasDefect, type InjectedDefect } from './core/injected-defect.ts'
import type { ModuleConfig } from './core/module-config.ts'
import type { ClientSlot, LineState, ModuleState } from './core/state.ts'
import {
  beginStep,
  endStep,
  findWritableLine,
  log,
  type Mutable,
  type StepContext,
  urcText,
  writableSchedule,
} from './core/step-context.ts'
import { answerDue, expirePrompts, freePrompts, receiveBytes, resume } from './line/interpreter.ts'
import { initialLineSettings } from './line/line-settings.ts'
import { error, type FinalReply, okWith } from './line/reply.ts'
import { clientAt, clientIndices, connectionOf, findConnection, sessionOf } from './mqtt-service/clients.ts'
import { connectionOpened } from './mqtt-service/connecting.ts'
import {
  connectionCongested,
  connectionReceived,
  connectionTick,
  expireSocketWaits,
} from './mqtt-service/connection.ts'
import { connectionEnded, dialFailed } from './mqtt-service/loss.ts'
import { initialSslContexts } from './mqtt-service/ssl-contexts.ts'

/** A module as it is made: booted, where that takes no time; without lines. */
export function initialState(config: ModuleConfig, now = 0): ModuleState {
  const ctx = beginStep(config, withoutPower(config, now), now)
  if (config.power === 'start') switchOn(ctx)
  settle(ctx)
  return endStep(ctx)
}

const withoutPower = (config: ModuleConfig, now: number): ModuleState => ({
  lines: [],
  service: { mqtt: { kind: 'stopped' }, sslContexts: initialSslContexts, sessions: {}, nextConnection: 1 },
  cellular: {
    power: { kind: 'off' },
    settings: initialSettings(config),
    network: initialNetwork,
    sim: initialSim(config),
    radio: initialRadio(config),
    sockets: closedSockets,
    clock: factoryClock(now),
  },
  nonVolatile: { imei: config.identity.imei, zoneUpdate: config.profile.general.zoneUpdate.initial },
  defects: [],
  schedule: { events: [], urcs: [] },
  random: randomState(config.seed),
  unknownCommands: [],
})

/** What one input does: a pure function of its arguments. `now` in milliseconds of any clock that never goes back. */
export function step(
  config: ModuleConfig,
  state: ModuleState,
  input: Input,
  now: number,
): { readonly state: ModuleState; readonly effects: readonly Effect[] } {
  const ctx = beginStep(config, state, now)
  apply(ctx, input)
  settle(ctx)
  return { state: endStep(ctx), effects: ctx.effects }
}

/** What follows of itself: results that were kept back, then what the agenda has for now. */
function settle(ctx: StepContext): void {
  for (;;) {
    const next = ctx.resumptions.shift()
    if (next) {
      const line = findWritableLine(ctx, next.line)
      if (line) resume(ctx, line, next.reply)
      continue
    }
    const event = ctx.schedule.events.length > 0 ? takeDue(ctx) : undefined
    if (event === undefined) return
    happen(ctx, event, clear)
  }
}

/** When `step` wants a `time` input; Infinity: not before something else happens. */
export function nextDeadline({ lines, service: { mqtt }, schedule: { events, urcs } }: ModuleState): number {
  let next = Math.min(events[0]?.at ?? Number.POSITIVE_INFINITY, urcs[0]?.at ?? Number.POSITIVE_INFINITY)
  for (const { mode } of lines) {
    if (mode.kind === 'data') next = Math.min(next, mode.deadline ?? next)
    if (mode.kind === 'working') next = Math.min(next, mode.until)
  }
  if (mqtt.kind === 'started') for (const client of mqtt.clients) next = Math.min(next, clientDeadline(client))
  return next
}

function clientDeadline(client: ClientSlot): number {
  if (client.kind === 'disconnecting') return client.pendingDisconnect.deadline
  const session = sessionOf(client)
  const pending = client.kind === 'connected' ? client.connection.pending?.deadline : undefined
  return Math.min(session ? sessionDeadline(session) : Number.POSITIVE_INFINITY, pending ?? Number.POSITIVE_INFINITY)
}

function apply(ctx: StepContext, input: Input): void {
  switch (input.type) {
    case 'bytes': {
      const line = findWritableLine(ctx, input.line)
      if (line) receiveBytes(ctx, line, input.bytes)
      return
    }
    case 'attach':
      ctx.lines.push(freshLine(input.line, input.name, ctx.config.bootSpeed))
      return
    case 'detach':
      ctx.lines.splice(0, ctx.lines.length, ...ctx.lines.filter(({ id }) => id !== input.line))
      return
    case 'host':
      return hostChanged(ctx, input.line, input.present)
    case 'time':
      return expire(ctx)
    case 'network':
      return changeNetwork(ctx, { coverage: input.coverage })
    case 'radio':
      return changeNetwork(ctx, input.change)
    case 'power':
      return input.on ? switchOn(ctx) : switchOff(ctx, clear)
    case 'sim':
      return changeSim(ctx, input.action)
    case 'reset':
      switchOff(ctx, clear)
      changeNetwork(ctx, { coverage: 'up' })
      return switchOn(ctx)
    case 'defects':
      return injectDefect(ctx, input.defects)
    case 'urc':
      return isListening(ctx) ? urcText(ctx, input.text) : undefined
    case 'stored':
      return void ctx.resumptions.push({ line: input.line, reply: storeReply(input) })
    default:
      return applyToConnection(ctx, input)
  }
}

/** Prompts that were stuck for a defect which is gone give up. */
function injectDefect(ctx: StepContext, defects: readonly InjectedDefect[]): void {
  ctx.defects = defects
  if (!hasDefect(ctx, 'promptStuck')) freePrompts(ctx)
}

function applyToConnection(ctx: StepContext, input: ConnectionInput): void {
  const found = findConnection(ctx, input.connection)
  if (!found) return
  const { index, client } = found
  if (input.type === 'received') connectionReceived(ctx, index, client, input.bytes)
  if (input.type === 'connected') connectionOpened(ctx, index, client)
  if (input.type === 'congested') connectionCongested(ctx, index, client, input.congested)
  if (input.type === 'ended') connectionEnded(ctx, index, client, input.how)
  if (input.type === 'failed') {
    log(ctx, 'warn', `CONNECT failed: ${input.detail}`, { client: index })
    dialFailed(ctx, index, client, input.reason)
  }
}

/** `+CCERTLIST` has a line for each file; the others only succeed or fail. */
const storeReply = ({ done, names }: Extract<Input, { type: 'stored' }>): FinalReply =>
  done ? okWith(...names.map((name) => `+CCERTLIST: "${name}"`)) : error

const freshLine = (id: number, name: string, speed: number): LineState => ({
  id,
  name,
  hasHost: false,
  settings: initialLineSettings,
  speed,
  scan: freshScan,
  mode: { kind: 'command' },
  last: empty,
  typeAhead: empty,
  held: [],
  heldBytes: 0,
})

/** A host came or went. A half-typed line goes with it; an open prompt stays. */
function hostChanged(ctx: StepContext, lineId: number, present: boolean): void {
  const line = findWritableLine(ctx, lineId)
  if (!line) return
  line.hasHost = present
  if (present) {
    if (ctx.config.power === 'open') switchOn(ctx)
    return
  }
  if (line.mode.kind !== 'data') line.scan = freshScan
  line.typeAhead = line.typeAhead.slice(0, line.typeAhead.lastIndexOf(CR) + 1)
  line.held = []
  line.heldBytes = 0
}

function expire(ctx: StepContext): void {
  answerDue(ctx)
  expirePrompts(ctx)
  sendLaterUrcs(ctx)
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    if (clientDeadline(client) > ctx.now) continue
    connectionTick(ctx, index, client)
    expireSocketWaits(ctx, index)
  }
}

function sendLaterUrcs(ctx: StepContext): void {
  const due = ctx.schedule.urcs.filter(({ at }) => at <= ctx.now)
  if (due.length === 0) return
  writableSchedule(ctx).urcs = ctx.schedule.urcs.slice(due.length)
  for (const { text } of due) urcText(ctx, text)
}

/** Nothing of the lines' settings, the service or the MQTT sessions is left. What it interrupts gets no result. */
function clear(ctx: StepContext): void {
  for (const index of clientIndices) {
    const connection = connectionOf(clientAt(ctx, index))
    if (connection !== undefined) ctx.effects.push({ type: 'destroy', connection })
  }
  const lines = ctx.lines.map(
    (line): Mutable<LineState> => ({ ...freshLine(line.id, line.name, ctx.config.bootSpeed), hasHost: line.hasHost }),
  )
  ctx.lines.splice(0, lines.length, ...lines)
  const { service, cellular, schedule } = withoutPower(ctx.config, ctx.now)
  ctx.service = { ...service, nextConnection: ctx.service.nextConnection }
  ctx.schedule = schedule
  const { power, network, sim, clock } = ctx.cellular
  const { settings, sockets } = cellular
  const { at, shown } = clock
  ctx.cellular = { power, settings, network, sim, radio: restartedRadio(ctx), sockets, clock: { at, shown } }
  unreadCard(ctx)
}
