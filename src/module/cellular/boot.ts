import type { SimAction } from '../core/effects.ts'
import { schedule } from '../core/schedule.ts'
import type { ModuleState, PowerEvent } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'
import { updateRegistration } from './registration.ts'
import { pinState, readCard } from './sim.ts'

/** Whether bytes from a host are read. */
export const isListening = ({ cellular: { power } }: Pick<ModuleState, 'cellular'>): boolean =>
  power.kind === 'on' || (power.kind === 'booting' && power.awake)

/** Whether the boot lines are printed, those too that waited for the SIM. */
export const hasBooted = ({ cellular: { power }, schedule: { events } }: StepContext): boolean =>
  power.kind === 'on' && !events.some(({ event }) => event.kind === 'bootLine')

/** Power on: the boot lines begin. */
export function boot(ctx: StepContext): void {
  writableCellular(ctx).power = { kind: 'booting', awake: false }
  const { boot: lines } = ctx.config.profile
  for (const [index, { afterMs }] of lines.entries()) scheduleBootLine(ctx, afterMs, { kind: 'bootLine', index })
  if (lines.length === 0) writableCellular(ctx).power = { kind: 'on' }
}

/** At its time where timing is real, else at once. */
function scheduleBootLine(ctx: StepContext, afterMs: number, event: Extract<PowerEvent, { kind: 'bootLine' }>): void {
  if (ctx.config.timing === 'real') schedule(ctx, afterMs, event)
  else printBootLine(ctx, event.index)
}

export function printBootLine(ctx: StepContext, index: number): void {
  const { boot: lines } = ctx.config.profile
  const { text, needs } = lines[index]!
  if (ctx.cellular.power.kind === 'booting') writableCellular(ctx).power = { kind: 'booting', awake: true }
  if (needs === 'card') readAndReportCard(ctx)
  else if (needs === undefined || isMet(ctx, needs)) urcText(ctx, text)
  if (index === lines.length - 1) writableCellular(ctx).power = { kind: 'on' }
}

const isMet = ({ cellular: { sim, radio } }: StepContext, needs: 'sim' | 'attach'): boolean =>
  needs === 'sim' ? sim.kind === 'ready' : radio.contexts.some(({ cid, bearer }) => cid === 1 && bearer !== undefined)

/** Reads the SIM and reports its state. */
function readAndReportCard(ctx: StepContext): void {
  readCard(ctx)
  if (ctx.cellular.sim.kind === 'removed') urcText(ctx, '+CPIN: NOT INSERTED')
  else if (!ctx.cellular.sim.busy) urcText(ctx, `+CPIN: ${pinState(ctx.cellular.sim)}`)
  updateRegistration(ctx)
}

/** The SIM is inserted, answers or is powered again: it is read, and the boot lines that waited for it follow. */
export function cardAvailable(ctx: StepContext): void {
  if (waitsForBootLine(ctx, 'card')) return
  readAndReportCard(ctx)
  printSimBootLines(ctx)
}

/** The PIN was right. */
export function cardUnlocked(ctx: StepContext): void {
  urcText(ctx, '+CPIN: READY')
  updateRegistration(ctx)
  printSimBootLines(ctx)
}

function printSimBootLines(ctx: StepContext): void {
  const { boot: lines } = ctx.config.profile
  const cardAt = lines.find(({ needs }) => needs === 'card')?.afterMs ?? 0
  if (ctx.cellular.sim.kind !== 'ready' || waitsForBootLine(ctx, 'sim')) return
  for (const [index, { afterMs, needs }] of lines.entries())
    if (needs === 'sim') scheduleBootLine(ctx, Math.max(0, afterMs - cardAt), { kind: 'bootLine', index })
}

/** A boot line of this kind is still to come. */
function waitsForBootLine(
  { schedule: { events }, config, cellular: { power } }: StepContext,
  needs: 'card' | 'sim',
): boolean {
  if (power.kind === 'off' || power.kind === 'leaving') return true
  return events.some(({ event }) => event.kind === 'bootLine' && config.profile.boot[event.index]!.needs === needs)
}

/** The SIM is inserted or removed, stops answering or answers again; the module notices at once. */
export function changeSim(ctx: StepContext, action: SimAction): void {
  if (action === 'insert') insertCard(ctx)
  if (action === 'remove') removeCard(ctx)
  if (action === 'busy') writableCellular(ctx).sim = { ...ctx.cellular.sim, busy: true }
  if (action === 'idle') endCardBusy(ctx)
}

function insertCard(ctx: StepContext): void {
  if (ctx.cellular.sim.kind !== 'removed') return
  writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'unread' }
  detectCard(ctx)
}

function removeCard(ctx: StepContext): void {
  if (ctx.cellular.sim.kind === 'removed') return
  writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'removed' }
  if (isListening(ctx)) urcText(ctx, ctx.config.profile.general.simRemoved)
  updateRegistration(ctx)
}

function endCardBusy(ctx: StepContext): void {
  writableCellular(ctx).sim = { ...ctx.cellular.sim, busy: false }
  if (ctx.cellular.sim.kind === 'unread') detectCard(ctx)
}

const detectCard = (ctx: StepContext): void => {
  if (ctx.cellular.radio.fun !== 0 && ctx.cellular.radio.fun !== 8) cardAvailable(ctx)
}
