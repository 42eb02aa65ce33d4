import type { Faults } from '../../../src/faults/public.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'

/** A fault that a storm starts; it lasts for 1 to `longestMs`. */
export interface Gust {
  readonly fault: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly longestMs: number
  /** No other one comes for so long, ms: what it does, only a time-out ends. */
  readonly calmMs?: number
}

export interface Weather {
  readonly gusts: readonly Gust[]
  /** From one to the next, ms, at most. */
  readonly pauseMs: number
}

/** Starts faults at random; they may overlap. The returned function ends the storm and gives how many there were. */
export function startStorm(faults: Faults, clock: Clock, random: Random, { gusts, pauseMs }: Weather): () => number {
  let count = 0
  let cancel = () => {}
  const later = (afterMs: number): void => {
    cancel = clock.after(afterMs + 1 + random.below(pauseMs), () => {
      const { fault, params, longestMs, calmMs = 0 } = gusts[random.below(gusts.length)]!
      faults.start(fault, params, { forMs: 1 + random.below(longestMs) })
      count++
      later(calmMs)
    })
  }
  later(0)
  return () => {
    cancel()
    faults.stopAll()
    return count
  }
}
