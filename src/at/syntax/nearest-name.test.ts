import { expect, test } from 'vitest'
import { nearestName, nearestQuestion } from './nearest-name.ts'

const known = ['state', 'reset', 'endFault', 'fault', 'faults', 'socket-reset', 'socket-closed', 'prompt-lost']

test.each([
  ['stat', 'state'],
  ['STATE', 'state'],
  ['endfault', 'endFault'],
  ['end-faults', 'endFault'],
  ['socket_rest', 'socket-reset'],
  ['promptlost', 'prompt-lost'],
  ['prompt', 'prompt-lost'],
  ['socket', undefined],
  ['rain', undefined],
  ['x', undefined],
  ['', undefined],
])('%s is meant for %s', (written, meant) => expect(nearestName(written, known)).toBe(meant))

test('as a question; what is no text has none, and a long text is not measured to its end', () => {
  expect(nearestQuestion('stat', known)).toBe(' Did you mean "state"?')
  expect([nearestQuestion('rain', known), nearestQuestion(7, known)]).toEqual(['', ''])
  expect(nearestQuestion('x'.repeat(1_000_000), known)).toBe('')
})
