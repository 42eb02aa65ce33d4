import type { CmeCode } from '../../at/errors.ts'
import type { ModuleConfig } from '../core/module-config.ts'
import type { Card, Sim } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'

export const pinTries = 3
export const pukTries = 10

/** The SIM that a module is delivered with. */
export const initialSim = ({ simPin, simPuk, hasSim }: ModuleConfig): Sim => ({
  kind: hasSim ? 'unread' : 'removed',
  busy: false,
  card: { pin: simPin ?? '1234', puk: simPuk, asksPin: simPin !== undefined, pinTries, pukTries },
})

/** Why a command that needs the SIM is refused; undefined: it is not. `card`: PIN and PUK don't matter to it. */
export function simRefusal(
  { sim, radio }: Pick<StepContext, 'sim' | 'radio'>,
  needs: 'card' | 'pin' = 'pin',
): CmeCode | undefined {
  if (sim.kind === 'removed') return 10
  if (radio.fun === 0 || radio.fun === 8) return 13
  if (sim.busy || sim.kind === 'unread') return 14
  if (sim.card.pukTries === 0) return 13
  if (needs === 'card' || sim.kind === 'ready') return undefined
  return sim.card.pinTries === 0 ? 12 : 11
}

/** What `+CPIN?` shows of a card that answers. */
export function pinState({ kind, card }: Sim): 'READY' | 'SIM PIN' | 'SIM PUK' {
  if (kind === 'ready') return 'READY'
  return card.pinTries === 0 ? 'SIM PUK' : 'SIM PIN'
}

/** The module looks at the card, as at power-on. */
export function readCard(ctx: StepContext): void {
  const { sim } = ctx
  if (sim.kind === 'removed' || sim.busy) return
  const locked = sim.card.asksPin || sim.card.pinTries === 0
  ctx.sim = { ...sim, kind: locked ? 'locked' : 'ready' }
}

/** The card was without power: a PIN has to be typed anew. */
export function unreadCard(ctx: StepContext): void {
  if (ctx.sim.kind !== 'removed') ctx.sim = { ...ctx.sim, kind: 'unread' }
}

export function setCard(ctx: StepContext, change: Partial<Card>, kind: Sim['kind'] = ctx.sim.kind): void {
  ctx.sim = { ...ctx.sim, kind, card: { ...ctx.sim.card, ...change } }
}
