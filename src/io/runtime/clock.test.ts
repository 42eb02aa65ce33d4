import { expect, test } from 'vitest'
import { compiled, runModule } from '../testing/child.ts'
import { until } from '../testing/until.ts'
import { nodeClock } from './clock-node.ts'
import { virtualClock } from './clock-virtual.ts'

test('virtual time fires what is due, in order, each at its own time, also what is added on the way', () => {
  const clock = virtualClock()
  const fired: string[] = []
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`)
  clock.after(20, note('late'))
  clock.after(10, () => {
    note('first')()
    clock.after(5, note('added'))
  })
  clock.after(10, note('second'))
  const cancel = clock.after(12, note('cancelled'))
  cancel()
  clock.advance(9)
  expect(fired).toEqual([])
  clock.advance(6)
  expect(fired).toEqual(['first@10', 'second@10', 'added@15'])
  expect([clock.now(), clock.pending()]).toEqual([15, 1])
  clock.advance(180_000)
  expect(fired.at(-1)).toBe('late@20')
  expect(clock.now()).toBe(180_015)
})

test('real time: calls once, not early, can be cancelled', async () => {
  const start = nodeClock.now()
  const fired: number[] = []
  nodeClock.after(20, () => fired.push(nodeClock.now() - start))
  nodeClock.after(5, () => fired.push(-1))()
  await until(() => fired.length > 0)
  expect(fired).toHaveLength(1)
  expect(fired[0]).toBeGreaterThanOrEqual(18)
})

test('real time: a delay of a month does not fire at once, and keeps no process alive', async () => {
  const { folder, remove } = compiled()
  const child = runModule(
    `import { nodeClock } from './runtime/clock-node.js'
     process.on('warning', (warning) => console.log(warning.name))
     nodeClock.after(31 * 86400e3, () => console.log('fired'))
     setTimeout(() => console.log('end'), 30)`,
    folder,
  )
  expect(await child.exited).toBe(0)
  expect(child.output()).toBe('end\n')
  remove()
})
