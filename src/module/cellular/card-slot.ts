import type { SimAction } from '../core/effects.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'
import { cardBack, isListening } from './power.ts'
import { updateRegistration } from './registration.ts'

/** Somebody does something to the SIM; the module notices at once. */
export function changeSim(ctx: StepContext, action: SimAction): void {
  if (action === 'insert') insert(ctx)
  if (action === 'remove') remove(ctx)
  if (action === 'busy') writableCellular(ctx).sim = { ...ctx.cellular.sim, busy: true }
  if (action === 'idle') answerAgain(ctx)
}

function insert(ctx: StepContext): void {
  if (ctx.cellular.sim.kind !== 'removed') return
  writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'unread' }
  lookAgain(ctx)
}

function remove(ctx: StepContext): void {
  if (ctx.cellular.sim.kind === 'removed') return
  writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'removed' }
  if (isListening(ctx)) urcText(ctx, ctx.config.profile.general.simRemoved)
  updateRegistration(ctx)
}

function answerAgain(ctx: StepContext): void {
  writableCellular(ctx).sim = { ...ctx.cellular.sim, busy: false }
  if (ctx.cellular.sim.kind === 'unread') lookAgain(ctx)
}

const lookAgain = (ctx: StepContext): void => {
  if (ctx.cellular.radio.fun !== 0 && ctx.cellular.radio.fun !== 8) cardBack(ctx)
}
