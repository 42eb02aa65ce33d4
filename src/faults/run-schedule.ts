import { bytesOf, concat, copyOf, empty, escapeBytes, textOf } from '../at/syntax/bytes.ts'
import { seededRandom } from '../io/runtime/random.ts'
import type { Log, Random } from '../io/runtime/runtime.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import { fitsGlob } from './command-watch.ts'
import type { WaitingFault } from './fault-records.ts'
import type { Faults } from './faults.ts'
import { FaultError } from './params.ts'
import type { Schedule, ScheduleEntry, When } from './schedule.ts'

/** Starts what a schedule says, from now on. The returned function ends it; faults that run go on. */
export function runSchedule(faults: Faults, { entries }: Schedule, log: Log): () => void {
  const random = seededRandom(~faults.seed)
  const undo = entries.map((entry, index) => arm(faults, new Trigger(faults, entry, index + 1, random, log)))
  return () => {
    for (const end of undo) end()
  }
}

function whenText(when: When): string {
  if (when.kind === 'at') return `${when.ms} ms`
  if (when.kind === 'afterCommands') return `the command after ${when.count} others`
  return when.kind === 'onCommand' ? when.glob : `the bytes ${escapeBytes(bytesOf(when.bytes))}`
}

/** Starts the fault of one entry each time its condition is met. */
class Trigger {
  readonly entry: ScheduleEntry
  readonly #faults: Faults
  readonly #position: number
  readonly #random: Random
  readonly #log: Log
  readonly #waiting: WaitingFault
  #started = 0
  #id = 0

  constructor(faults: Faults, entry: ScheduleEntry, position: number, random: Random, log: Log) {
    this.#faults = faults
    this.entry = entry
    this.#position = position
    this.#random = random
    this.#log = log
    this.#waiting = faults.waits(entry.fault, whenText(entry.when))
  }

  /** `atCommand`: before a command line, which counts as the first of `forCommands`. */
  pull(atCommand: boolean): void {
    const { fault, params, probability, times, forMs, forCommands } = this.entry
    const drawn = probability === 1 || this.#random.next() < probability
    if (!drawn || this.#started >= times || this.#runs()) return
    this.#started++
    const commands = forCommands === undefined || !atCommand ? forCommands : forCommands - 1
    try {
      this.#id = this.#faults.start(fault, params, { forMs, forCommands: commands }, this.#waiting)
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

/** Calls `tell` each time the wanted bytes have passed, in one piece or several, before the bytes after them pass. */
class BytesWatch implements Tap {
  readonly #wanted: Uint8Array
  readonly #tell: () => void
  /** The last bytes that passed, one fewer than wanted. */
  #tail: Uint8Array = empty

  /** Each character of the text is a byte. */
  constructor(wanted: string, tell: () => void) {
    this.#wanted = bytesOf(wanted)
    this.#tell = tell
  }

  take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void {
    let rest = bytes
    for (let end = this.#endIn(rest); end > 0; end = this.#endIn(rest)) {
      pass(rest.subarray(0, end))
      this.#tail = empty
      this.#tell()
      rest = rest.subarray(end)
    }
    const seen = concat([this.#tail, rest])
    this.#tail = copyOf(seen, Math.max(0, seen.length - this.#wanted.length + 1))
    if (rest.length > 0) pass(rest)
  }

  /** Where in the bytes the first occurrence ends; 0: there is none. */
  #endIn(bytes: Uint8Array): number {
    const seen = concat([this.#tail, bytes])
    const at = textOf(seen).indexOf(textOf(this.#wanted))
    return at < 0 ? 0 : at + this.#wanted.length - this.#tail.length
  }
}
