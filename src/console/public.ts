/** A console of a module, for browsers: AT and MQTT on one clock. */
export type * from './device-state.ts'
export type * from './protocol.ts'
