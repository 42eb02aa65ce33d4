import type { ModuleConfig } from '../core/module-config.ts'
import type { Network, Radio } from '../core/state.ts'
import { type StepContext, writableCellular } from '../core/step-context.ts'
import { updateRegistration } from './registration.ts'

/** The network that a module finds when nobody has changed it. */
export const initialNetwork: Network = {
  coverage: 'up',
  signal: 23,
  admits: 'home',
  refusedApns: ['refused'],
  zone: 0,
}

/** The module's side of it as delivered. */
export const initialRadio = ({ profile }: ModuleConfig): Radio => ({
  fun: 1,
  registration: 0,
  attaches: true,
  operatorMode: 0,
  operatorFormat: profile.general.operatorFormat,
  networkMode: 2,
  contexts: [{ cid: 1, type: 'IP', apn: 'internet' }],
})

/** Something of the simulated network changes; the module notices. */
export function changeNetwork(ctx: StepContext, change: Partial<Network>): void {
  writableCellular(ctx).network = { ...ctx.cellular.network, ...change }
  if (change.coverage !== undefined) ctx.effects.push({ type: 'coverage', silent: change.coverage === 'silent' })
  updateRegistration(ctx)
}
