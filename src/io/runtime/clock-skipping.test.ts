import { describe, expect, test, vi } from 'vitest'
import { skippingClock } from './clock-skipping.ts'
import { virtualClock } from './clock-virtual.ts'
import { watchIdle } from './idle-watch.ts'

describe('a clock that can be moved on', () => {
  const made = () => {
    const real = virtualClock()
    const clock = skippingClock(real)
    const fired: string[] = []
    const timer = (name: string, ms: number) => clock.after(ms, () => fired.push(`${name} at ${clock.now()}`))
    return { real, clock, fired, timer }
  }

  test('passes like the real one', () => {
    const { real, clock, fired, timer } = made()
    timer('b', 20)
    timer('a', 10)
    real.advance(9)
    expect([clock.now(), fired]).toEqual([9, []])
    real.advance(11)
    expect(fired).toEqual(['a at 10', 'b at 20'])
  })

  test('skips to the next timer, and not behind it', () => {
    const { real, clock, fired, timer } = made()
    timer('late', 180_000)
    timer('soon', 60_000)
    expect(clock.skip()).toBe(true)
    expect([fired, clock.now()]).toEqual([['soon at 60000'], 60_000])
    real.advance(1000)
    expect(clock.now()).toBe(61_000)
    expect(clock.skip()).toBe(true)
    expect(fired).toEqual(['soon at 60000', 'late at 180000'])
    expect(clock.skip()).toBe(false)
    expect(real.pending()).toBe(0)
  })

  test('a cancelled timer does not fire, one that is set while others fire does', () => {
    const { real, clock, fired, timer } = made()
    timer('never', 5)()
    clock.after(10, () => timer('again', 5))
    clock.skip()
    real.advance(5)
    expect(fired).toEqual(['again at 15'])
  })

  test('the rest of the real timers keeps its time after a skip', () => {
    const { real, clock, fired, timer } = made()
    timer('first', 100)
    timer('second', 130)
    clock.skip()
    real.advance(29)
    expect(fired).toEqual(['first at 100'])
    real.advance(1)
    expect(fired).toEqual(['first at 100', 'second at 130'])
  })
})

test('`idle` is called after the given number of turns without a touch, and again after as many', () => {
  vi.useFakeTimers()
  try {
    let told = 0
    const watch = watchIdle({ turns: 5, turnMs: 3 }, () => void told++)
    vi.advanceTimersByTime(14)
    watch.touch()
    vi.advanceTimersByTime(12)
    expect(told).toBe(0)
    vi.advanceTimersByTime(3)
    expect(told).toBe(1)
    vi.advanceTimersByTime(15)
    expect(told).toBe(2)
    watch.stop()
    vi.advanceTimersByTime(100)
    expect(told).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})
