import type { BootLine, Profile } from '../../at/profiles/profile.ts'
import { generalUrcs } from '../../at/urcs.ts'
import { schedule } from '../core/schedule.ts'
import type { PowerEvent, Radio } from '../core/state.ts'
import {
  releaseHeld,
  type StepContext,
  urcText,
  writableCellular,
  writableLine,
  writableSchedule,
} from '../core/step-context.ts'
import { restartedLine } from '../line/lines.ts'
import { clientAt, clientIndices, connectionOf, initialService, lossEffect } from '../mqtt-service/clients.ts'
import { boot, printBootLine } from './boot.ts'
import { definitionOf } from './contexts.ts'
import { initialRadio, initialSettings } from './initial-state.ts'
import { factoryClock } from './real-time-clock.ts'
import { abandonReleased, registrationDone, updateRegistration } from './registration.ts'
import { unreadCard } from './sim.ts'
import { closedSockets } from './sockets.ts'

/** Behind the `OK` of the command: the URCs of a network loss, then restart or power-off. Input is not read any more. */
export function beginShutdown(ctx: StepContext, to: 'restart' | 'down'): void {
  writableCellular(ctx).power = { kind: 'leaving' }
  writableSchedule(ctx).events = []
  schedule(ctx, 0, { kind: 'networkLoss' })
  schedule(ctx, ctx.config.timing === 'real' ? ctx.config.profile.powerDownMs : 0, { kind: to })
}

/** Runs a scheduled event. */
export function runPowerEvent(ctx: StepContext, event: PowerEvent): void {
  switch (event.kind) {
    case 'bootLine':
      return printBootLine(ctx, event.line, event.last)
    case 'registered':
      return registrationDone(ctx)
    case 'networkLoss':
      abandonPrompts(ctx)
      updateRegistration(ctx)
      // A command that waits for its result gets none; the output that it held back is written.
      for (const line of ctx.lines) releaseHeld(ctx, line)
      return
    case 'restart':
      clearVolatile(ctx)
      return boot(ctx, restartLines(ctx.config.profile))
    case 'down':
      urcText(ctx, generalUrcs.powerDown.name)
      return switchOff(ctx)
  }
}

/** Prompts end without a result; the output that they held back is written. */
function abandonPrompts(ctx: StepContext): void {
  for (const line of ctx.lines) {
    if (line.mode.kind !== 'data') continue
    const ended = writableLine(ctx, line)
    ended.mode = { kind: 'command' }
    releaseHeld(ctx, ended)
  }
}

/** As a power cut: without URCs. */
export function switchOff(ctx: StepContext): void {
  clearVolatile(ctx)
  writableCellular(ctx).power = { kind: 'off' }
}

export function switchOn(ctx: StepContext): void {
  if (ctx.cellular.power.kind !== 'off') return
  writableCellular(ctx).clock = factoryClock(ctx.config, ctx.now)
  boot(ctx, ctx.config.profile.boot)
}

const restartLines = ({ boot: lines, restartBoot }: Profile): readonly BootLine[] => restartBoot ?? lines

/** Clears what does not survive a restart or loss of power. Interrupted commands get no result. */
function clearVolatile(ctx: StepContext): void {
  clearService(ctx)
  for (const [at, line] of ctx.lines.entries()) ctx.lines[at] = restartedLine(line, ctx.config.bootSpeed)
  ctx.schedule = { events: [], urcs: [] }
  const cellular = writableCellular(ctx)
  cellular.settings = initialSettings(ctx.config)
  cellular.sockets = closedSockets
  cellular.radio = restartedRadio(ctx)
  const { at, shown } = cellular.clock
  cellular.clock = { at, shown }
  unreadCard(ctx)
}

/** Connections are lost. Their numbers are not reused. */
function clearService(ctx: StepContext): void {
  for (const index of clientIndices) {
    const connection = connectionOf(clientAt(ctx, index))
    if (connection !== undefined) ctx.effects.push({ type: lossEffect(ctx), connection })
  }
  abandonReleased(ctx)
  ctx.service = { ...initialService, nextConnection: ctx.service.nextConnection }
}

/** The radio after a restart: the definitions of contexts stay, their activation ends. */
function restartedRadio({ cellular: { radio }, config }: StepContext): Radio {
  const { operatorMode, networkMode, contexts } = radio
  const keeps = config.profile.general.keepsOperatorMode && operatorMode !== 2
  return {
    ...initialRadio(config),
    operatorMode: keeps ? operatorMode : 0,
    networkMode,
    contexts: contexts.map(definitionOf),
  }
}
