import { seededRandom } from '../io/runtime/random.ts'
import type { Log, Random } from '../io/runtime/runtime.ts'
import { BytesWatch } from './bytes-watch.ts'
import { fitsGlob } from './command-watch.ts'
import type { Faults } from './faults.ts'
import { FaultError } from './params.ts'
import type { Schedule, ScheduleEntry } from './schedule.ts'

/** Starts what a schedule says, from now on. The returned function ends it; faults that run go on. */
export function runSchedule(faults: Faults, { entries }: Schedule, log: Log): () => void {
  const random = seededRandom(~faults.seed)
  const undo = entries.map((entry, index) => arm(faults, new Trigger(faults, entry, index + 1, random, log)))
  return () => {
    for (const end of undo) end()
  }
}

/** One entry, whenever its moment is there. */
class Trigger {
  readonly entry: ScheduleEntry
  readonly #faults: Faults
  readonly #position: number
  readonly #random: Random
  readonly #log: Log
  #started = 0
  #id = 0

  constructor(faults: Faults, entry: ScheduleEntry, position: number, random: Random, log: Log) {
    this.#faults = faults
    this.entry = entry
    this.#position = position
    this.#random = random
    this.#log = log
  }

  /** `atCommand`: before a command line, which counts as the first of `forCommands`. */
  pull(atCommand: boolean): void {
    const { fault, params, probability, times, forMs, forCommands } = this.entry
    const drawn = probability === 1 || this.#random.next() < probability
    if (!drawn || this.#started >= times || this.#runs()) return
    this.#started++
    const commands = forCommands === undefined || !atCommand ? forCommands : forCommands - 1
    try {
      this.#id = this.#faults.start(fault, params, { forMs, forCommands: commands })
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      this.#log.log('warn', `entry ${this.#position} of the schedule was not started: ${error.message}`)
    }
  }

  #runs(): boolean {
    return this.#faults.active().some(({ id }) => id === this.#id)
  }
}

function arm(faults: Faults, trigger: Trigger): () => void {
  const { when } = trigger.entry
  if (when.kind === 'at') return faults.clock.after(when.ms, () => trigger.pull(false))
  if (when.kind === 'onBytes')
    return faults.tapLines(when.direction, () => new BytesWatch(when.bytes, () => trigger.pull(false)))
  let seen = 0
  return faults.onCommand((command) => {
    if (when.kind === 'onCommand' ? fitsGlob(command, when.glob) : seen++ === when.count) trigger.pull(true)
  })
}
