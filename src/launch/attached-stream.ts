import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../faults/public.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import type { Log } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { type StdioStream, stdioStream } from '../io/transports/stdio.ts'
import { type PacedStream, paced } from '../io/wrappers/paced.ts'
import type { Module } from '../module/public.ts'
import type { LinePace } from './addresses.ts'

interface Attaching {
  readonly faults: Faults
  readonly baud: LinePace | undefined
  readonly log: Log
}

/** A stream that is a line of a module. */
export interface AttachedStream {
  readonly module: Module
  readonly line: number
  readonly pace?: PacedStream
}

/** Makes a stream a line of the module that faults can be put into, as slow as `baud` says. */
export function attachPaced({ faults, baud, log }: Attaching, stream: ByteStream, name: string): AttachedStream {
  const { module } = faults
  if (!baud) return { module, line: faults.attach(stream, name) }
  const pace = paced(stream, { ...baud, clock: nodeClock, log })
  return { module, line: faults.attach(pace, name), pace }
}

/** Makes standard input and output a line, which ends when everything typed has been answered. */
export function attachStdio(attach: (stream: ByteStream, name: string) => AttachedStream): StdioStream {
  let attached: AttachedStream | undefined
  const stream = stdioStream(process.stdin, process.stdout, () => answered(attached))
  attached = attach(stream, 'stdio')
  return stream
}

const POLL_MS = 5

/** Resolves when no byte is on its way and no command takes its time. */
async function answered(attached: AttachedStream | undefined): Promise<void> {
  while (attached && isBusy(attached)) await sleep(POLL_MS)
}

const isBusy = ({ module, line, pace }: AttachedStream): boolean =>
  pace?.idle() === false || module.state().lines.some(({ id, mode }) => id === line && mode.kind === 'working')
