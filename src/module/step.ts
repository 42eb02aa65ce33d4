import { randomState } from '../io/runtime/random.ts'
import { nextTickAt as sessionDeadline } from '../mqtt/public.ts'
import { changeSim, isListening } from './cellular/boot.ts'
import { initialCellular } from './cellular/initial-state.ts'
import { lookupDone } from './cellular/lookups.ts'
import { runPowerEvent, switchOff, switchOn } from './cellular/power.ts'
import { changeNetwork } from './cellular/registration.ts'
import type { ConnectionInput, Effect, EnvironmentInput, FreshInput, Input } from './core/effects.ts'
import { hasDefect, type InjectedDefect } from './core/injected-defect.ts'
import type { ModuleConfig } from './core/module-config.ts'
import { error, type FinalReply, okWith } from './core/reply.ts'
import { takeDue, takeDueUrcs } from './core/schedule.ts'
import type { ClientSlot, ModuleState } from './core/state.ts'
import {
  beginStep,
  emptySchedule,
  endStep,
  findWritableLine,
  log,
  type StepContext,
  urcText,
} from './core/step-context.ts'
import { expirePrompts, freePrompts, receiveBytes, resume, runDueCommands } from './line/interpreter.ts'
import { forgetLast, freshLine, setHost } from './line/lines.ts'
import { clientAt, clientIndices, findConnection, initialService, sessionOf } from './mqtt-service/clients.ts'
import { connectionOpened } from './mqtt-service/connecting.ts'
import {
  connectionCongested,
  connectionReceived,
  connectionTick,
  expireSocketWaits,
} from './mqtt-service/connection.ts'
import { connectionEnded, dialFailed } from './mqtt-service/loss.ts'

/** A new module without lines; booted, if timing is instant. */
export function initialState(config: ModuleConfig, now = 0): ModuleState {
  const ctx = beginStep(config, withoutPower(config, now), now)
  if (config.power === 'start') switchOn(ctx)
  settle(ctx)
  return endStep(ctx)
}

const withoutPower = (config: ModuleConfig, now: number): ModuleState => ({
  lines: [],
  service: initialService,
  cellular: initialCellular(config, now),
  nonVolatile: { imei: config.identity.imei, zoneUpdate: config.profile.general.zoneUpdate.initial },
  defects: none,
  schedule: emptySchedule,
  random: randomState(config.seed),
  unknownCommands: none,
})

const none: readonly never[] = []

/** Applies one input: a pure function of its arguments. `now`: ms of any monotonic clock. */
export function step(
  config: ModuleConfig,
  state: ModuleState,
  input: Input,
  now: number,
): { readonly state: ModuleState; readonly effects: readonly Effect[] } {
  const ctx = beginStep(config, state, now)
  if (input.type === 'fresh') beginAnew(ctx)
  else apply(ctx, input)
  settle(ctx)
  return { state: endStep(ctx), effects: ctx.effects }
}

/** Runs what became due: final results that were kept back, then scheduled events. */
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
    runPowerEvent(ctx, event)
  }
}

/** When `step` needs a `time` input; Infinity: not before another input. */
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

function apply(ctx: StepContext, input: Exclude<Input, FreshInput>): void {
  switch (input.type) {
    case 'bytes':
      return receive(ctx, input.line, input.bytes)
    case 'attach':
      ctx.lines.push(freshLine(input.line, input.name, ctx.config.bootSpeed))
      return
    case 'detach':
      ctx.lines.splice(0, ctx.lines.length, ...ctx.lines.filter(({ id }) => id !== input.line))
      return
    case 'host':
      return changeHost(ctx, input)
    case 'time':
      return expire(ctx)
    case 'network':
    case 'radio':
    case 'power':
    case 'sim':
    case 'reset':
      return changeEnvironment(ctx, input)
    case 'defects':
      return injectDefect(ctx, input.defects)
    case 'urc':
      return injectUrc(ctx, input.text)
    case 'stored':
      return void ctx.resumptions.push({ line: input.line, reply: storeReply(input) })
    case 'resolved':
      return lookupDone(ctx, input)
    default:
      return applyToConnection(ctx, input)
  }
}

function receive(ctx: StepContext, lineId: number, bytes: Uint8Array): void {
  const line = findWritableLine(ctx, lineId)
  if (line) receiveBytes(ctx, line, bytes)
}

function changeEnvironment(ctx: StepContext, input: EnvironmentInput): void {
  ctx.announces = input.announce === true
  switch (input.type) {
    case 'network':
      return changeNetwork(ctx, { coverage: input.coverage })
    case 'radio':
      return changeNetwork(ctx, input.change)
    case 'power':
      return switchPower(ctx, input.on)
    case 'sim':
      return changeSim(ctx, input.action)
    case 'reset':
      switchOff(ctx)
      changeNetwork(ctx, { coverage: 'up' })
      return switchOn(ctx)
  }
}

/** Connections end, their numbers are not used again. Lines stay, with the hosts that they have. */
function beginAnew(ctx: StepContext): void {
  ctx.announces = true
  switchOff(ctx)
  const fresh = withoutPower(ctx.config, ctx.now)
  ctx.cellular = fresh.cellular
  ctx.nonVolatile = fresh.nonVolatile
  ctx.defects = fresh.defects
  ctx.random = fresh.random
  ctx.unknownCommands = fresh.unknownCommands
  ctx.effects.push({ type: 'abandonReleased' }, { type: 'coverage', silent: false })
  if (ctx.config.power === 'start' || ctx.lines.some(({ hasHost }) => hasHost)) switchOn(ctx)
}

const switchPower = (ctx: StepContext, on: boolean): void => (on ? switchOn(ctx) : switchOff(ctx))

function injectUrc(ctx: StepContext, text: string): void {
  if (isListening(ctx)) urcText(ctx, text)
}

function changeHost(ctx: StepContext, { line: id, present, stranger }: Extract<Input, { type: 'host' }>): void {
  const line = findWritableLine(ctx, id)
  if (!line) return
  setHost(line, present)
  if (stranger) forgetLast(line)
  if (!present || ctx.config.power === 'start') return
  if (ctx.config.power === 'each-open') switchOff(ctx)
  switchOn(ctx)
}

/** Prompts that were stuck end when the defect is removed. */
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

/** `+CCERTLIST` gives a line for each file; the other commands only succeed or fail. */
const storeReply = ({ done, names }: Extract<Input, { type: 'stored' }>): FinalReply =>
  done ? okWith(...names.map((name) => `+CCERTLIST: "${name}"`)) : error

function expire(ctx: StepContext): void {
  runDueCommands(ctx)
  expirePrompts(ctx)
  for (const text of takeDueUrcs(ctx)) urcText(ctx, text)
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    if (clientDeadline(client) > ctx.now) continue
    connectionTick(ctx, index, client)
    expireSocketWaits(ctx, index)
  }
}
