import { setImmediate as ctx } from 'node:timers/promises'
import { maxBuffered } from '../../../src/driver/protocol/most-buffered.ts'
import { type VirtualClock, virtualClock } from '../../../src/io/runtime/clock-virtual.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import { clientProgram } from './client-program.ts'
import { foes } from './foes.ts'
import { HostilePort } from './hostile-port.ts'
import { modemProgram } from './modem-program.ts'
import { pick } from './mutate.ts'
import type { Program } from './program.ts'

/** What a run has seen. */
export interface Report {
  readonly foe: string
  readonly program: string
  /** `ok`, or the name of the error, for each thing that was attempted. */
  readonly outcomes: readonly string[]
  readonly messages: number
  readonly damaged: number
  /** The most bytes that the driver kept. */
  readonly peak: number
  /** Bytes that the module said. */
  readonly said: number
  /** Virtual time until everything had settled, in ms. */
  readonly tookMs: number
}

/** How often each comes; the mutant finds most. */
const shares: Readonly<Record<string, number>> = { noisy: 15, wordy: 25, parrot: 15, endless: 2, mutant: 43 }
const programs: readonly ((port: HostilePort, clock: Clock, random: Random) => Program)[] = [
  modemProgram,
  modemProgram,
  clientProgram,
]
const drawn = Object.keys(foes).flatMap((name) => Array<string>(shares[name] ?? 0).fill(name))
/** Nothing that a program asks for takes longer, in ms of virtual time. */
const waitMs = 2 * 3_600_000
/** Within this, in ms, the last timer of a driver that was ended is gone: a wait that nobody cut short. */
const afterMs = 120_000

/** One program against one foe, both decided by the seed. Throws where the driver did what it must not. */
export async function hostileRun(seed: number, foe?: string): Promise<Report> {
  const random = seededRandom(seed)
  const clock = virtualClock()
  const port = new HostilePort(clock, random)
  const name = foe ?? pick(random, drawn)
  const end = foes[name]!({ port, clock, random })
  const timers = countingClock(clock)
  const program = pick(random, programs)(port, timers.clock, random)
  let peak = 0
  port.watch = () => {
    peak = Math.max(peak, program.buffered())
  }
  interfere(port, clock, random)
  const outcomes = await settled(clock, program.run())
  const tookMs = clock.now()
  clock.advance(afterMs)
  await ctx()
  end()
  if (peak > maxBuffered) throw new Error(`${peak} bytes were kept, more than ${maxBuffered}`)
  if (timers.pending() > 0) throw new Error(`${timers.pending()} timers were left behind`)
  return { foe: name, program: program.name, outcomes, ...program.seen, peak, said: port.said, tookMs }
}

/** A clock that says how many of its timers are set. */
function countingClock(clock: Clock) {
  const set = new Set<object>()
  const after: Clock['after'] = (delayMs, callback) => {
    const timer = {}
    set.add(timer)
    const cancel = clock.after(delayMs, () => {
      set.delete(timer)
      callback()
    })
    return () => {
      set.delete(timer)
      cancel()
    }
  }
  return { clock: { now: () => clock.now(), after }, pending: () => set.size }
}

/** Now and then the port itself goes, or takes nothing any more. */
function interfere(port: HostilePort, clock: VirtualClock, random: Random): void {
  const kind = random.below(20)
  if (kind === 0) clock.after(random.below(20_000), () => port.unplug())
  if (kind === 1)
    clock.after(random.below(20_000), () => {
      port.stuck = true
    })
}

/** Lets time go on to whatever is next until the promise has settled; where nothing is left that could settle it, it hangs. */
async function settled<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let done = false
  const mark = () => {
    done = true
  }
  promise.then(mark, mark)
  for (;;) {
    await ctx()
    if (done) return promise
    const due = clock.due()
    if (due === Number.POSITIVE_INFINITY) throw new Error('it hangs: nothing is awaited and it has not settled')
    if (due > waitMs) throw new Error(`it has not settled in ${waitMs} ms`)
    clock.advance(due - clock.now())
  }
}
