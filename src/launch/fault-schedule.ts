import { FaultError, type Faults, parseSchedule, runSchedule, type Schedule } from '../faults/public.ts'
import { readWholeText } from '../io/read-file.ts'
import type { Log } from '../io/runtime/runtime.ts'
import { errorText } from '../io/setup-error.ts'
import { UsageError } from './usage-error.ts'

/** Reads the file of `faults`; `option`: what it is called. */
export function readSchedule(option: string, path: string): Schedule {
  try {
    return parseSchedule(readText(option, path))
  } catch (error) {
    throw error instanceof FaultError ? new UsageError(`${option} ${path}: ${error.message}`) : error
  }
}

function readText(option: string, path: string): string {
  try {
    return readWholeText(path)
  } catch (error) {
    throw new UsageError(`${option} ${path} can't be read (${errorText(error)}): give a file of JSON.`)
  }
}

/** A schedule of faults that can begin again. */
export class FaultSchedule {
  readonly #faults: Faults
  readonly #schedule: Schedule
  readonly #log: Log
  #end = (): void => {}

  constructor(faults: Faults, schedule: Schedule, log: Log) {
    this.#faults = faults
    this.#schedule = schedule
    this.#log = log
  }

  /** From now on, with the same random numbers each time. */
  start(): void {
    this.#end = runSchedule(this.#faults, this.#schedule, this.#log)
  }

  /** Starts no more faults; those that run go on. */
  stop(): void {
    this.#end()
  }
}
