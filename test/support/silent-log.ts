import type { Log } from '../../src/io/runtime/runtime.ts'

/** For modules whose logs a test does not look at. */
export const silentLog: Log = { log: () => {} }
