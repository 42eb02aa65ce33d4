import { bytesOf, CR, empty } from '../../at/syntax/bytes.ts'
import { freshScan } from '../../at/syntax/scan-line.ts'
import type { LineSettings, LineState } from '../core/state.ts'
import type { Mutable } from '../core/step-context.ts'

/** A line's settings after a restart, and after `AT&F`. */
export const initialLineSettings: LineSettings = {
  echo: true,
  verbose: 1,
  quiet: 0,
  carrier: 1,
  terminalReady: 0,
  flow: [0, 0],
}

/** A line when it is attached; `speed` in bit/s. */
export const freshLine = (id: number, name: string, speed: number): LineState => ({
  id,
  name,
  hasHost: false,
  settings: initialLineSettings,
  speed,
  scan: freshScan,
  mode: commandMode,
  last: empty,
  typeAhead: empty,
  held: nothingHeld,
  heldBytes: 0,
})

const commandMode = { kind: 'command' } as const
const nothingHeld: readonly never[] = []

/** A line after a restart of the module. */
export const restartedLine = ({ id, name, hasHost }: LineState, speed: number): LineState => ({
  ...freshLine(id, name, speed),
  hasHost,
})

/** What `A/` repeats when there is nothing to repeat. */
const nothing = bytesOf('AT')

/** The next host must not repeat what it has not typed. */
export function forgetLast(line: Mutable<LineState>): void {
  if (line.last.length > 0) line.last = nothing
}

/** A host opens or closes the line. Closing discards a half-typed line; an open prompt stays. */
export function setHost(line: Mutable<LineState>, present: boolean): void {
  line.hasHost = present
  if (present) return
  if (line.mode.kind !== 'data') line.scan = freshScan
  line.typeAhead = line.typeAhead.slice(0, line.typeAhead.lastIndexOf(CR) + 1)
  line.held = []
  line.heldBytes = 0
}
