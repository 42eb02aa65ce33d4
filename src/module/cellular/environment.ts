import type { SimAction } from '../core/effects.ts'
import type { Network } from '../core/state.ts'
import { type StepContext, urcText, writableCellular } from '../core/step-context.ts'
import { cardAvailable, isListening } from './power.ts'
import { updateRegistration } from './registration.ts'

/** The simulated network changes; the module notices at once. */
export function changeNetwork(ctx: StepContext, change: Partial<Network>): void {
  writableCellular(ctx).network = { ...ctx.cellular.network, ...change }
  if (change.coverage !== undefined) ctx.effects.push({ type: 'coverage', silent: change.coverage === 'silent' })
  updateRegistration(ctx)
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
