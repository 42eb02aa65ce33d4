import type { BootLine } from '../../at/profiles/profile.ts'
import type { SimAction } from '../core/effects.ts'
import { schedule } from '../core/schedule.ts'
import type { ModuleState } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'
import { updateRegistration } from './registration.ts'
import { feedsCard, pinState, readCard, unreadCard } from './sim.ts'

/** Whether bytes from a host are read. */
export const isListening = ({ cellular: { power } }: Pick<ModuleState, 'cellular'>): boolean =>
  power.kind === 'on' || (power.kind === 'booting' && power.awake)

/** Whether the boot lines are printed, those too that waited for the SIM. */
export const hasBooted = ({ cellular: { power }, schedule: { events } }: StepContext): boolean =>
  power.kind === 'on' && !events.some(({ event }) => event.kind === 'bootLine')

/** Power on, or a restart: the boot lines begin. */
export function boot(ctx: StepContext, lines: readonly BootLine[]): void {
  writableCellular(ctx).power = { kind: 'booting', awake: false }
  for (const line of lines) scheduleBootLine(ctx, line.afterMs, line, line === lines.at(-1))
  if (lines.length === 0) writableCellular(ctx).power = { kind: 'on' }
}

/** At its time where timing is real, else at once. */
function scheduleBootLine(ctx: StepContext, afterMs: number, line: BootLine, last: boolean): void {
  if (ctx.config.timing === 'real') schedule(ctx, afterMs, { kind: 'bootLine', line, last })
  else printBootLine(ctx, line, last)
}

export function printBootLine(ctx: StepContext, { text, needs }: BootLine, last: boolean): void {
  if (ctx.cellular.power.kind === 'booting') writableCellular(ctx).power = { kind: 'booting', awake: true }
  if (needs === 'card') readAndReportCard(ctx)
  else if (needs === undefined || isMet(ctx, needs)) urcText(ctx, text)
  if (last) writableCellular(ctx).power = { kind: 'on' }
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

/** The SIM was taken out or has no power. */
function reportNoCard(ctx: StepContext): void {
  const { simUnavailable } = ctx.config.profile.general
  if (simUnavailable !== null) urcText(ctx, simUnavailable)
}

/** `+CFUN` takes the power from the card. */
export function cardUnpowered(ctx: StepContext): void {
  if (ctx.cellular.sim.kind === 'removed') return
  unreadCard(ctx)
  reportNoCard(ctx)
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
  for (const line of lines)
    if (line.needs === 'sim') scheduleBootLine(ctx, Math.max(0, line.afterMs - cardAt), line, line === lines.at(-1))
}

/** A boot line of this kind is still to come. */
function waitsForBootLine({ schedule: { events }, cellular: { power } }: StepContext, needs: 'card' | 'sim'): boolean {
  if (power.kind === 'off' || power.kind === 'leaving') return true
  return events.some(({ event }) => event.kind === 'bootLine' && event.line.needs === needs)
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
  const hadPower = feedsCard(ctx.cellular.radio.fun)
  writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'removed' }
  if (isListening(ctx)) {
    urcText(ctx, ctx.config.profile.general.simRemoved)
    if (hadPower) reportNoCard(ctx)
  }
  updateRegistration(ctx)
}

function endCardBusy(ctx: StepContext): void {
  writableCellular(ctx).sim = { ...ctx.cellular.sim, busy: false }
  if (ctx.cellular.sim.kind === 'unread') detectCard(ctx)
}

const detectCard = (ctx: StepContext): void => {
  if (feedsCard(ctx.cellular.radio.fun)) cardAvailable(ctx)
}
