import { expect, test } from 'vitest'
import type { Connection } from '../../io/net/dialer.ts'
import { virtualClock } from '../../io/runtime/clock-virtual.ts'
import { HalfOpenConnections, halfOpenLimits } from './half-open.ts'

/** A module and the connections that it has left, by number. */
function leaver(clock = virtualClock()) {
  const halfOpen = new HalfOpenConnections(clock)
  const destroyed: number[] = []
  const gone: (() => void)[] = []
  let count = 0
  const leave = (times = 1): void => {
    for (let i = 0; i < times; i++) {
      const number = count++
      halfOpen.leave({
        destroy: () => void destroyed.push(number),
        abandon: (ended: () => void) => void gone.push(ended),
      } as Required<Connection>)
    }
  }
  return { clock, halfOpen, destroyed, gone, leave }
}

test('64 of a module: the oldest goes; those that the server has ended do not count [conn-47]', () => {
  const { leave, destroyed, gone, halfOpen } = leaver()
  leave(64)
  expect(destroyed).toEqual([])
  leave(2)
  expect(destroyed).toEqual([0, 1])
  gone[2]!()
  leave()
  expect(destroyed).toEqual([0, 1])
  halfOpen.destroy()
  expect(destroyed).toHaveLength(66)
  expect(destroyed).not.toContain(2)
})

test('1,024 of all modules of a process: the oldest goes [conn-47]', () => {
  const modules = Array.from({ length: 17 }, () => leaver())
  for (const { leave } of modules) leave(64)
  expect(modules.map(({ destroyed }) => destroyed.length)).toEqual([64, ...Array(16).fill(0)])
  for (const { halfOpen } of modules) halfOpen.destroy()
  const { leave, destroyed, halfOpen } = leaver()
  leave(64)
  expect(destroyed).toEqual([])
  halfOpen.destroy()
})

test('10 minutes each [conn-47]', () => {
  const { clock, leave, destroyed } = leaver()
  leave()
  clock.advance(1)
  leave()
  clock.advance(halfOpenLimits.ms - 1)
  expect(destroyed).toEqual([0])
  clock.advance(1)
  expect(destroyed).toEqual([0, 1])
})

test('one that there was nothing to leave of is not kept', () => {
  const { halfOpen, destroyed } = leaver()
  halfOpen.leave({
    destroy: () => void destroyed.push(0),
    abandon: (gone: () => void) => gone(),
  } as Required<Connection>)
  halfOpen.destroy()
  expect(destroyed).toEqual([])
})
