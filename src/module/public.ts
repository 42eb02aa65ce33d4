/** The module (DCE): a software SIM767x whose outside is pipes and a dialer. */
export { commandsOf } from '../at/commands/commands-of.ts'
export type { Device, DeviceOptions } from './device.ts'
export { createDevice } from './device.ts'
export type { Effect, Input, RadioChange, SimAction } from './effects.ts'
export { type Identity, identityFromSeed } from './identity.ts'
export { Module, type ModuleOptions, type Observer } from './shell.ts'
export type { ModuleState } from './state.ts'
export { initialState, nextDeadline, step } from './step.ts'
