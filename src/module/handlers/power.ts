import { textOf } from '../../at/syntax/bytes.ts'
import { cardAvailable, cardUnpowered } from '../cellular/boot.ts'
import { beginShutdown } from '../cellular/power.ts'
import { clockText, parseClock } from '../cellular/real-time-clock.ts'
import { updateRegistration } from '../cellular/registration.ts'
import { feedsCard } from '../cellular/sim.ts'
import { cmeError, error, type FinalReply, ok, okWith } from '../core/reply.ts'
import type { Fun } from '../core/state.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'

/** Power, reset and the clock. */
export const powerHandlers: GeneralHandlers<
  'functionality' | 'restart' | 'powerOff' | 'clock' | 'zoneUpdate' | 'zoneReports'
> = {
  functionality: {
    read: ({ cellular: { radio } }) => okWith(`+CFUN: ${radio.fun}`),
    set: (ctx, { fun, reset }) => setFunctionality(ctx, fun, reset === 1),
  },
  restart: { execute: (ctx) => shutDown(ctx, 'restart') },
  powerOff: { execute: (ctx) => shutDown(ctx, 'down'), quick: (ctx) => shutDown(ctx, 'down') },
  clock: {
    read: (ctx) => okWith(`+CCLK: "${clockText(ctx)}"`),
    set: (ctx, { time }) => setClock(ctx, textOf(time)),
  },
  zoneUpdate: {
    read: ({ nonVolatile }) => okWith(`+CTZU: ${nonVolatile.zoneUpdate}`),
    set: (ctx, { n }) => {
      ctx.nonVolatile = { ...ctx.nonVolatile, zoneUpdate: n }
      return ok
    },
  },
  zoneReports: {
    read: ({ cellular: { settings } }) => okWith(`+CTZR: ${settings.zoneReports}`),
    execute: (ctx) => setZoneReports(ctx, 0),
    set: (ctx, { n }) => setZoneReports(ctx, n),
  },
}

function shutDown(ctx: StepContext, to: 'restart' | 'down'): FinalReply {
  beginShutdown(ctx, to)
  return ok
}

/** Only 6 or a restart leave 7; 6 restarts the module while 7 is set. */
function setFunctionality(ctx: StepContext, fun: number, reset: boolean): FinalReply {
  if (reset) return fun === 1 ? shutDown(ctx, 'restart') : error
  if (ctx.cellular.radio.fun === 7 && fun !== 7) return fun === 6 ? shutDown(ctx, 'restart') : cmeError(3)
  if (fun === 6) return cmeError(3)
  switchRadio(ctx, fun as Fun)
  return ok
}

function switchRadio(ctx: StepContext, fun: Fun): void {
  const before = ctx.cellular.radio.fun
  writableCellular(ctx).radio = { ...ctx.cellular.radio, fun }
  if (feedsCard(fun) && !feedsCard(before)) cardAvailable(ctx)
  if (!feedsCard(fun) && feedsCard(before)) cardUnpowered(ctx)
  updateRegistration(ctx)
}

function setClock(ctx: StepContext, text: string): FinalReply {
  const calendar = parseClock(text, ctx.now)
  if (!calendar) return error
  if (ctx.nonVolatile.zoneUpdate === 3) return cmeError(3)
  writableCellular(ctx).clock = calendar
  return ok
}

function setZoneReports(ctx: StepContext, zoneReports: number): FinalReply {
  writableCellular(ctx).settings = { ...ctx.cellular.settings, zoneReports }
  return ok
}
