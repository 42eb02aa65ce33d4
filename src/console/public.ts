/** A console of a module, for browsers: AT and MQTT on one clock. */
export type * from './device-state.ts'
export type * from './protocol.ts'
export type { Console } from './server/console-server.ts'
export { type ConsoleOptions, startConsole } from './server/start-console.ts'
