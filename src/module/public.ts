/** The module (DCE): a software SIM767x whose outside is pipes and a dialer. */
export type { Device, DeviceOptions, Timing } from './device.ts'
export { commandsOf, createDevice } from './device.ts'
export type { Effect, Input, RadioChange, SimAction } from './effects.ts'
export { type Identity, identityFromSeed } from './identity.ts'
export type { Impairment } from './impairment.ts'
export { Module, type ModuleOptions, type Observer } from './shell.ts'
export type { ModuleState } from './state.ts'
export { initialState, nextDeadline, step } from './step.ts'
