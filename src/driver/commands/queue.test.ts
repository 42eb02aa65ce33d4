import { expect, test } from 'vitest'
import { Queue } from './queue.ts'

/** Tasks that end when they are told to, and the order in which they began. */
function rig() {
  const queue = new Queue()
  const began: string[] = []
  const ends: (() => void)[] = []
  const task = (name: string) => () =>
    new Promise<void>((resolve) => {
      began.push(name)
      ends.push(resolve)
    })
  const step = async () => {
    ends.shift()?.()
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  return { queue, began, task, step }
}

test('one at a time, each lane in its order, the lanes in turn', async () => {
  const { queue, began, task, step } = rig()
  for (const n of [1, 2, 3]) void queue.add(0, task(`a${n}`))
  for (const n of [1, 2]) void queue.add(1, task(`b${n}`))
  void queue.add(2, task('c1'))
  expect(began).toEqual(['a1'])
  for (let i = 0; i < 6; i++) await step()
  expect(began).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('a lane that has to wait keeps nobody else waiting, and goes on when it may', async () => {
  const { queue, began, task, step } = rig()
  let ready = false
  void queue.add(0, task('a1'), () => ready)
  void queue.add(1, task('b1'))
  void queue.add(1, task('b2'))
  await step()
  await step()
  expect(began).toEqual(['b1', 'b2'])
  ready = true
  queue.wake()
  expect(began).toEqual(['b1', 'b2', 'a1'])
})

test('who needs the line alone comes next', async () => {
  const { queue, began, task, step } = rig()
  void queue.add(0, task('a1'))
  void queue.add(0, task('a2'))
  void queue.alone(task('alone'))
  await step()
  await step()
  expect(began).toEqual(['a1', 'alone', 'a2'])
})

test('a task that fails, even at once, ends its own wait alone', async () => {
  const queue = new Queue()
  const failing = queue.add(0, () => Promise.reject(new Error('no')))
  const next = queue.add(0, async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
