import { describe, expect, test } from 'vitest'
import { backoff } from './backoff.ts'
import {
  afterFailure,
  type FailureCause,
  freshRecovery,
  type RecoveryAction,
  type RecoveryContext,
  type RecoveryState,
} from './recovery.ts'

const alone: RecoveryContext = { otherConnected: false, hasHardReset: true }

/** The rungs of so many failures in a row. */
function recovery(cause: FailureCause, failures: number, around: RecoveryContext = alone): RecoveryAction[] {
  const rungs: RecoveryAction[] = []
  for (let at: RecoveryState = freshRecovery; rungs.length < failures; rungs.push(at.action))
    at = afterFailure(at, cause, around)
  return rungs
}

describe('the ladder', () => {
  test('a module that fails: a step after two attempts, to the last resort, then again from REL', () => {
    expect(recovery('module', 16)).toEqual([
      ...['query', 'disconnect', 'disconnect', 'release', 'release', 'restart', 'restart', 'radio'],
      ...['radio', 'reset', 'reset', 'hard', 'hard', 'release', 'release', 'restart'],
    ])
    expect(recovery('module', 40, { ...alone, hasHardReset: false })).not.toContain('hard')
  })

  test('nobody resets a module because a server is away, or refuses', () => {
    const highest = (cause: FailureCause) => new Set(recovery(cause, 100))
    expect(highest('server')).toEqual(new Set(['query', 'disconnect', 'release', 'restart', 'radio']))
    expect(highest('refused')).toEqual(new Set(['query', 'disconnect', 'release']))
    expect(highest('port')).toEqual(new Set(['query']))
  })

  test('a module that answers nothing is told nothing', () => {
    expect(recovery('silent', 4)).toEqual(['query', 'hard', 'hard', 'hard'])
    expect(recovery('silent', 4, { ...alone, hasHardReset: false })).toEqual(['query', 'query', 'query', 'query'])
  })

  test('the other client keeps its connection', () => {
    for (const cause of ['module', 'network', 'server', 'silent'] as const)
      for (const action of recovery(cause, 50, { ...alone, otherConnected: true }))
        expect(['query', 'disconnect', 'release']).toContain(action)
  })

  test('what only REL clears is cleared at once', () => {
    expect(recovery('staged', 1)).toEqual(['release'])
  })
})

describe('the wait before an attempt', () => {
  const settings = { reconnectPeriod: 1000, maxReconnectPeriod: 60_000 }
  const waits = (chance: number) =>
    [1, 2, 3, 4, 7, 100].map((n) => backoff(n, settings, { next: () => chance, below: () => 0 }))

  test('is doubled, bounded, and half of it is by chance', () => {
    expect(waits(0)).toEqual([1000, 1000, 2000, 4000, 30_000, 30_000])
    expect(waits(1)).toEqual([1000, 2000, 4000, 8000, 60_000, 60_000])
  })
})
