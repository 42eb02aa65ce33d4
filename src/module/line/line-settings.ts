import type { LineSettings } from '../core/state.ts'

/** A line's settings after a restart, and after `AT&F`. */
export const initialLineSettings: LineSettings = {
  echo: true,
  verbose: 1,
  quiet: 0,
  carrier: 1,
  terminalReady: 0,
  flow: [0, 0],
}

/** Bit/s after a restart where none was given. */
export const usualSpeed = 115_200
