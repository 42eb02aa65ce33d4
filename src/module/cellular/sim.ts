import type { CmeCode } from '../../at/errors.ts'
import type { Card, Fun, Sim } from '../core/state.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'

export const pinTries = 3
export const pukTries = 10

/** Whether the card has power. */
export const feedsCard = (fun: Fun): boolean => fun !== 0 && fun !== 8

/** Why a command that needs the SIM is refused; undefined: it is not. `card`: it works without the PIN. */
export function simRefusal(
  { cellular: { sim, radio } }: Pick<StepContext, 'cellular'>,
  needs: 'card' | 'pin' = 'pin',
): CmeCode | undefined {
  if (sim.kind === 'removed') return 10
  if (!feedsCard(radio.fun)) return 13
  if (sim.busy || sim.kind === 'unread') return 14
  if (sim.card.pukTries === 0) return 13
  if (needs === 'card' || sim.kind === 'ready') return undefined
  return sim.card.pinTries === 0 ? 12 : 11
}

/** `+CPIN?` for a card that answers. */
export function pinState({ kind, card }: Sim): 'READY' | 'SIM PIN' | 'SIM PUK' {
  if (kind === 'ready') return 'READY'
  return card.pinTries === 0 ? 'SIM PUK' : 'SIM PIN'
}

/** The module reads the card, as at power-on. */
export function readCard(ctx: StepContext): void {
  const { sim } = ctx.cellular
  if (sim.kind === 'removed' || sim.busy) return
  const locked = sim.card.asksPin || sim.card.pinTries === 0
  writableCellular(ctx).sim = { ...sim, kind: locked ? 'locked' : 'ready' }
}

/** The card was without power: the PIN has to be entered again. */
export function unreadCard(ctx: StepContext): void {
  if (ctx.cellular.sim.kind !== 'removed') writableCellular(ctx).sim = { ...ctx.cellular.sim, kind: 'unread' }
}

export function setCard(ctx: StepContext, change: Partial<Card>, kind: Sim['kind'] = ctx.cellular.sim.kind): void {
  writableCellular(ctx).sim = { ...ctx.cellular.sim, kind, card: { ...ctx.cellular.sim.card, ...change } }
}
