import type { Command, RefusedWhile } from '../../at/commands/command.ts'
import type { Result } from '../protocol/answer.ts'

interface Waiting {
  readonly ready: () => boolean
  readonly run: () => Promise<void>
}

/** A deferred result that is still to come: meanwhile the module would refuse some commands of the client as busy (14). */
interface Outstanding {
  readonly clientIndex: 0 | 1
  readonly refuses: RefusedWhile
  readonly name: string
  /** `own`: it may never come, so only the same command waits for it. */
  readonly holds: 'all' | 'own'
}

const none: readonly never[] = []

/** Decides which command has the line next: one at a time, each lane in its order, the lanes in turn. */
export class CommandScheduler {
  readonly #lanes = new Map<number, Waiting[]>()
  readonly #first: Waiting[] = []
  readonly #blocks: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()]
  #outstanding: readonly Outstanding[] = none
  #lastLane = -1
  #running = false

  /** Runs a command when it is its lane's turn. `ready`: false while the lane has to wait; `wake` when that may have changed. */
  add<T>(lane: number, run: () => Promise<T>, ready: () => boolean = always): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting = this.#lanes.get(lane) ?? []
      this.#lanes.set(lane, waiting)
      waiting.push({ ready, run: () => run().then(resolve, reject) })
      this.wake()
    })
  }

  /** Runs something that needs the line for itself: behind the command that is running, in front of all that wait. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#first.push({ ready: always, run: () => run().then(resolve, reject) })
      this.wake()
    })
  }

  /** Runs several commands of one client as a block: the next block of this client begins behind it. */
  exclusive<T>(clientIndex: 0 | 1, run: () => Promise<T>): Promise<T> {
    const block = this.#blocks[clientIndex].then(run, run)
    this.#blocks[clientIndex] = block.catch(() => {})
    return block
  }

  /** Whether a command is not to wait for an outstanding result of its client. */
  isAccepted({ name, refusedWhile }: Command, clientIndex: 0 | 1 | undefined): boolean {
    for (const each of this.#outstanding)
      if (
        each.clientIndex === clientIndex &&
        each.refuses === refusedWhile &&
        (each.holds === 'all' || each.name === name)
      )
        return false
    return true
  }

  /** The deferred result of this command is outstanding until the promise settles. */
  expectResult(
    { name, refusedWhile, needs }: Command,
    clientIndex: 0 | 1 | undefined,
    result: Promise<Result>,
    holds: Outstanding['holds'] = 'all',
  ): void {
    const refuses = refusedWhile ?? (needs === 'client' ? 'connect' : undefined)
    if (refuses === undefined || clientIndex === undefined) return
    const outstanding = { clientIndex, refuses, name, holds }
    this.#outstanding = [...this.#outstanding, outstanding]
    void result.then(() => {
      this.#outstanding = this.#outstanding.filter((each) => each !== outstanding)
      this.wake()
    })
  }

  /** Starts the next command, if the line is free and one is ready. */
  wake(): void {
    if (this.#running) return
    const next = this.#first.shift() ?? this.#take()
    if (!next) return
    this.#running = true
    void next.run().finally(() => {
      this.#running = false
      this.wake()
    })
  }

  #take(): Waiting | undefined {
    const lanes = [...this.#lanes.keys()].sort((a, b) => a - b)
    const behindLast = lanes.filter((lane) => lane > this.#lastLane)
    for (const lane of [...behindLast, ...lanes.slice(0, lanes.length - behindLast.length)]) {
      const waiting = this.#lanes.get(lane)!
      if (waiting[0]?.ready() !== true) continue
      this.#lastLane = lane
      return waiting.shift()
    }
    return undefined
  }
}

const always = (): boolean => true
