import { describe, expect, test } from 'vitest'
import { MqttError } from '../commands/errors.ts'
import {
  afterFailure,
  backoff,
  type FailureCause,
  failureCauseOf,
  freshRecovery,
  type RecoveryAction,
  type RecoveryContext,
  type RecoveryState,
} from './recovery.ts'

const alone: RecoveryContext = { otherConnected: false, hasHardReset: true }

/** The actions after so many failures in a row. */
function actions(cause: FailureCause, failures: number, context: RecoveryContext = alone): RecoveryAction[] {
  const taken: RecoveryAction[] = []
  for (let state: RecoveryState = freshRecovery; taken.length < failures; taken.push(state.action))
    state = afterFailure(state, cause, context)
  return taken
}

describe('recovery', () => {
  test('a module that fails: a harder action after two attempts each, up to hard, then again from release', () => {
    expect(actions('module', 16)).toEqual([
      ...['query', 'disconnect', 'disconnect', 'release', 'release', 'restart', 'restart', 'radio'],
      ...['radio', 'reset', 'reset', 'hard', 'hard', 'release', 'release', 'restart'],
    ])
    expect(actions('module', 40, { ...alone, hasHardReset: false })).not.toContain('hard')
  })

  test('a module is not reset because a server is away, or refuses', () => {
    const taken = (cause: FailureCause) => new Set(actions(cause, 100))
    expect(taken('server')).toEqual(new Set(['query', 'disconnect', 'release', 'restart', 'radio']))
    expect(taken('refused')).toEqual(new Set(['query', 'disconnect', 'release']))
    expect(taken('port')).toEqual(new Set(['query']))
  })

  test('against a module that answers nothing only hard is used, where there is a hard reset', () => {
    expect(actions('silent', 4)).toEqual(['query', 'hard', 'hard', 'hard'])
    expect(actions('silent', 4, { ...alone, hasHardReset: false })).toEqual(['query', 'query', 'query', 'query'])
  })

  test('while the other client is connected no action ends its connection', () => {
    for (const cause of ['module', 'network', 'server', 'silent'] as const)
      for (const action of actions(cause, 50, { ...alone, otherConnected: true }))
        expect(['query', 'disconnect', 'release']).toContain(action)
  })

  test('a staged payload, which only REL clears, is cleared by the next attempt', () => {
    expect(actions('staged', 1)).toEqual(['release'])
  })
})

test('START 1 of the A76XX is a network that is not up yet; 1 of other commands is not', () => {
  const causeOf = (command: string) =>
    failureCauseOf(new MqttError(command, 1, true, 'a76xx'), { reconnectOnConnackError: false })
  expect([causeOf('+CMQTTSTART'), causeOf('+CMQTTSUB')]).toEqual(['network', 'module'])
})

describe('the wait before an attempt', () => {
  const settings = { reconnectPeriod: 1000, maxReconnectPeriod: 60_000 }
  const waits = (chance: number) =>
    [1, 2, 3, 4, 7, 100].map((n) => backoff(n, settings, { next: () => chance, below: () => 0 }))

  test('is doubled and bounded, and its upper half is random', () => {
    expect(waits(0)).toEqual([1000, 1000, 2000, 4000, 30_000, 30_000])
    expect(waits(1)).toEqual([1000, 2000, 4000, 8000, 60_000, 60_000])
  })
})
