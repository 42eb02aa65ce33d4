import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'
import type { Random } from './runtime.ts'

/** The same seed gives the same numbers, on every machine. Seeds are 32-bit integers; what is more of one is ignored. */
export function seededRandom(seed: number): Random {
  return new SeededRandom(seeded(seed))
}

class SeededRandom implements Random {
  readonly #generator: JumpableRandomGenerator

  constructor(generator: JumpableRandomGenerator) {
    this.#generator = generator
  }

  next(): number {
    return uniformFloat64(this.#generator)
  }

  below(n: number): number {
    return uniformInt(this.#generator, 0, n - 1)
  }
}

/** Where a sequence of random numbers stands: plain data, for states that may be stored and continued from anywhere. */
export type RandomState = readonly number[]

export const randomState = (seed: number): RandomState => seeded(seed).getState()

/** A whole number from `least` to `most`, and where the sequence stands then. */
export function draw(state: RandomState, least: number, most: number): { value: number; state: RandomState } {
  const generator = xoroshiro128plusFromState(state)
  const value = uniformInt(generator, least, most)
  return { value, state: generator.getState() }
}

/** Without the jump, neighbouring seeds begin with neighbouring numbers. */
function seeded(seed: number): JumpableRandomGenerator {
  const generator = xoroshiro128plus(seed)
  generator.jump()
  return generator
}
