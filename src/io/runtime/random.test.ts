import { describe, expect, it } from 'vitest'
import { draw, randomState, seededRandom } from './random.ts'

const sample = (seed: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: 20 }, () => [random.next(), random.below(6)])
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(sample(7)).toEqual(sample(7))
    expect(sample(7)).not.toEqual(sample(8))
  })

  it('are what they were with earlier versions: a recorded seed goes on giving its run', () => {
    const random = seededRandom(1)
    expect([random.below(1000), random.below(1000), random.next()]).toEqual([151, 332, 0.9171766928384073])
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

  it('differ from the first number on, for neighbouring seeds too', () => {
    const first = Array.from({ length: 50 }, (_, seed) => seededRandom(seed).below(100))
    expect(new Set(first).size).toBeGreaterThan(30)
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(80)
  })

  it('can be drawn from a state that went through JSON, and go on where they stood', () => {
    let state = randomState(9)
    const random = seededRandom(9)
    for (let i = 0; i < 20; i++) {
      const drawn = draw(JSON.parse(JSON.stringify(state)), 10, 19)
      expect(drawn.value).toBe(10 + random.below(10))
      state = drawn.state
    }
    expect(draw(state, 5, 5).value).toBe(5)
  })
})
