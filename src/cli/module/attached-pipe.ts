import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../../faults/public.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import type { Log } from '../../io/runtime/runtime.ts'
import type { Pipe } from '../../io/stream.ts'
import { type StdioPipe, stdioPipe } from '../../io/transports/stdio.ts'
import { type PacedPipe, paced } from '../../io/wrappers/paced.ts'
import type { Module } from '../../module/public.ts'
import type { ModuleCliOptions } from './module-options.ts'

interface Attaching {
  readonly faults: Faults
  readonly baud: ModuleCliOptions['baud']
  readonly log: Log
}

/** A pipe that is a line of a module. */
export interface AttachedPipe {
  readonly module: Module
  readonly line: number
  readonly pace?: PacedPipe
}

/** Makes a pipe a line of the module that faults can be put into, as slow as `--baud` says. */
export function attachPaced({ faults, baud, log }: Attaching, pipe: Pipe, name: string): AttachedPipe {
  const { module } = faults
  if (!baud) return { module, line: faults.attach(pipe, name) }
  const pace = paced(pipe, { ...baud, clock: nodeClock, log })
  return { module, line: faults.attach(pace, name), pace }
}

/** Makes standard input and output a line, which ends when everything typed has been answered. */
export function attachStdio(attach: (pipe: Pipe, name: string) => AttachedPipe): StdioPipe {
  let attached: AttachedPipe | undefined
  const pipe = stdioPipe(process.stdin, process.stdout, () => answered(attached))
  attached = attach(pipe, 'stdio')
  return pipe
}

const POLL_MS = 5

/** Resolves when no byte is on its way and no command takes its time. */
async function answered(attached: AttachedPipe | undefined): Promise<void> {
  while (attached && isBusy(attached)) await sleep(POLL_MS)
}

const isBusy = ({ module, line, pace }: AttachedPipe): boolean =>
  pace?.idle() === false || module.state().lines.some(({ id, mode }) => id === line && mode.kind === 'working')
