import type { Device } from '../core/module-config.ts'
import type { Network, Radio } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
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
export const initialRadio = ({ profile }: Device): Radio => ({
  fun: 1,
  registration: 0,
  attaches: true,
  operatorMode: 0,
  operatorFormat: profile.general.operatorFormat,
  networkMode: 2,
  contexts: [{ cid: 1, type: 'IP', apn: 'internet' }],
})

/** Something of the simulated network changes; the module notices. */
export function changeNetwork(turn: Turn, change: Partial<Network>): void {
  turn.network = { ...turn.network, ...change }
  if (change.coverage !== undefined) turn.effects.push({ type: 'coverage', silent: change.coverage === 'silent' })
  updateRegistration(turn)
}
