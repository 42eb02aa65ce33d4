import { expect, test } from 'vitest'
import type { Command } from '../../at/commands/command.ts'
import type { Result } from '../protocol/answer.ts'
import { CommandScheduler } from './scheduler.ts'

/** Commands that end when they are told to, and the order in which they began. */
function rig() {
  const scheduler = new CommandScheduler()
  const began: string[] = []
  const ends: (() => void)[] = []
  const command = (name: string) => () =>
    new Promise<void>((resolve) => {
      began.push(name)
      ends.push(resolve)
    })
  const step = async () => {
    ends.shift()?.()
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  return { scheduler, began, command, step }
}

test('one command at a time, each lane in its order, the lanes in turn', async () => {
  const { scheduler, began, command, step } = rig()
  for (const n of [1, 2, 3]) void scheduler.add(0, command(`a${n}`))
  for (const n of [1, 2]) void scheduler.add(1, command(`b${n}`))
  void scheduler.add(2, command('c1'))
  expect(began).toEqual(['a1'])
  for (let i = 0; i < 6; i++) await step()
  expect(began).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('a lane that is not ready delays no other lane, and goes on when it is', async () => {
  const { scheduler, began, command, step } = rig()
  let ready = false
  void scheduler.add(0, command('a1'), () => ready)
  void scheduler.add(1, command('b1'))
  void scheduler.add(1, command('b2'))
  await step()
  await step()
  expect(began).toEqual(['b1', 'b2'])
  ready = true
  scheduler.wake()
  expect(began).toEqual(['b1', 'b2', 'a1'])
})

test('what needs the line alone comes next, in front of all that wait', async () => {
  const { scheduler, began, command, step } = rig()
  void scheduler.add(0, command('a1'))
  void scheduler.add(0, command('a2'))
  void scheduler.alone(command('alone'))
  await step()
  await step()
  expect(began).toEqual(['a1', 'alone', 'a2'])
})

test('a command that fails, even at once, does not keep the next one from running', async () => {
  const scheduler = new CommandScheduler()
  const failing = scheduler.add(0, () => Promise.reject(new Error('no')))
  const next = scheduler.add(0, async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

test('the blocks of one client run one after the other, those of two clients side by side', async () => {
  const { scheduler, began, command, step } = rig()
  for (const [index, name] of [
    [0, 'a'],
    [0, 'b'],
    [1, 'c'],
  ] as const) {
    void scheduler.exclusive(index, async () => {
      await scheduler.add(index, command(`${name}1`))
      await scheduler.add(index, command(`${name}2`))
    })
  }
  await step()
  for (let i = 0; i < 6; i++) await step()
  expect(began).toEqual(['a1', 'c1', 'a2', 'c2', 'b1', 'b2'])
})

test('a block that fails does not keep the next one from running', async () => {
  const scheduler = new CommandScheduler()
  const failing = scheduler.exclusive(0, () => Promise.reject(new Error('no')))
  const next = scheduler.exclusive(0, async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

test('a command that the module would refuse as busy waits for the outstanding result of its client', async () => {
  const { scheduler, began, command } = rig()
  const publish: Command = { name: '+CMQTTPUB', title: '', cite: '', refusedWhile: 'operation' }
  let settle: (result: Result) => void = () => {}
  scheduler.expectResult(publish, 0, new Promise((resolve) => (settle = resolve)))
  const add = (index: 0 | 1) =>
    scheduler.add(index, command(`client ${index}`), () => scheduler.isAccepted(publish, index))
  void add(0)
  expect(began).toEqual([])
  expect(scheduler.isAccepted(publish, 1)).toBe(true)
  settle({ kind: 'code', code: 0 })
  await Promise.resolve()
  await Promise.resolve()
  expect(began).toEqual(['client 0'])
})

test('a result that may never come holds the same command alone', () => {
  const { scheduler } = rig()
  const operation = (name: string): Command => ({ name, title: '', cite: '', refusedWhile: 'operation' })
  scheduler.expectResult(operation('+CMQTTSUB'), 0, new Promise(() => {}), 'own')
  const accepted = (name: string, index: 0 | 1 = 0) => scheduler.isAccepted(operation(name), index)
  expect([accepted('+CMQTTSUB'), accepted('+CMQTTPUB'), accepted('+CMQTTSUB', 1)]).toEqual([false, true, true])
})
