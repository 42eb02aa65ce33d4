import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.ts'

const draw = (seed: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: 20 }, () => [random.next(), random.below(6)])
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('are what they were with earlier versions: a recorded seed goes on giving its run', () => {
    const random = seededRandom(1)
    expect([random.below(1000), random.below(1000), random.next()]).toEqual([646, 328, 0.8125200422980502])
  })

  it('stay in their ranges and reach all of them', () => {
    const random = seededRandom(42)
    const dice = new Set<number>()
    for (let i = 0; i < 1000; i++) {
      const fraction = random.next()
      expect(fraction >= 0 && fraction < 1).toBe(true)
      dice.add(random.below(6))
    }
    expect([...dice].sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect(random.below(1)).toBe(0)
  })
})
