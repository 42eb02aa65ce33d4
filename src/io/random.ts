import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { Random } from './runtime.ts'

/** The same seed gives the same numbers, on every machine. Seeds are 32-bit integers; what is more of one is ignored. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  return {
    next: () => uniformFloat64(generator),
    below: (n) => uniformInt(generator, 0, n - 1),
  }
}
