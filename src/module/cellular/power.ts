import { schedule } from '../core/schedule.ts'
import type { ModuleState, PowerEvent } from '../core/state.ts'
import {
  releaseHeld,
  type StepContext,
  urcText,
  writableCellular,
  writableLine,
  writableSchedule,
} from '../core/step-context.ts'
import { factoryClock } from './real-time-clock.ts'
import { registrationDone, updateRegistration } from './registration.ts'
import { clearVolatile } from './restart.ts'
import { pinState, readCard } from './sim.ts'

/** Bytes from a host reach it. */
export const isListening = ({ cellular: { power } }: Pick<ModuleState, 'cellular'>): boolean =>
  power.kind === 'on' || (power.kind === 'booting' && power.awake)

/** Power comes: the boot lines begin. */
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

/** The module looks at the SIM and says what it finds. */
function readAndReportCard(ctx: StepContext): void {
  readCard(ctx)
  if (ctx.cellular.sim.kind === 'removed') urcText(ctx, '+CPIN: NOT INSERTED')
  else if (!ctx.cellular.sim.busy) urcText(ctx, `+CPIN: ${pinState(ctx.cellular.sim)}`)
  updateRegistration(ctx)
}

/** The SIM is there again, unlocked or powered again: it is read, and the boot lines that waited for it follow. */
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

/** After the `OK` of the command: what a network loss prints, then the end. Nothing is read any more. */
export function beginShutdown(ctx: StepContext, to: 'restart' | 'down'): void {
  writableCellular(ctx).power = { kind: 'leaving' }
  writableSchedule(ctx).events = []
  schedule(ctx, 0, { kind: 'networkLoss' })
  schedule(ctx, ctx.config.timing === 'real' ? ctx.config.profile.powerDownMs : 0, { kind: to })
}

/** Runs one event of the agenda. */
export function runPowerEvent(ctx: StepContext, event: PowerEvent): void {
  switch (event.kind) {
    case 'bootLine':
      return printBootLine(ctx, event.index)
    case 'registered':
      return registrationDone(ctx)
    case 'networkLoss':
      abandonPrompts(ctx)
      updateRegistration(ctx)
      // A command that still runs gets no result any more; what it held back is printed.
      for (const line of ctx.lines) releaseHeld(ctx, line)
      return
    case 'restart':
      clearVolatile(ctx)
      return boot(ctx)
    case 'down':
      urcText(ctx, 'POWERD DOWN')
      return switchOff(ctx)
  }
}

/** Prompts end without a result of their own, so that what they hold back still comes. */
function abandonPrompts(ctx: StepContext): void {
  for (const line of ctx.lines) {
    if (line.mode.kind !== 'data') continue
    const ended = writableLine(ctx, line)
    ended.mode = { kind: 'command' }
    releaseHeld(ctx, ended)
  }
}

/** As a power cut: nothing is said. */
export function switchOff(ctx: StepContext): void {
  clearVolatile(ctx)
  writableCellular(ctx).power = { kind: 'off' }
}

export function switchOn(ctx: StepContext): void {
  if (ctx.cellular.power.kind !== 'off') return
  writableCellular(ctx).clock = factoryClock(ctx.now)
  boot(ctx)
}
