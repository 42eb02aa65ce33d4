import { command } from '../command.ts'
import { ints, oneOf, optional, text } from '../param.ts'

const kept = { cite: 'general', grade: 'chosen', played: 'state' } as const
const accepted = { cite: 'general', grade: 'chosen', played: 'accepted' } as const
const final = { outcome: 'final' } as const
const bits = optional(text(8, 8))

/** Supply, saving of power, and what the last failure was. */
export const supplyCommands = {
  voltage: command({ ...accepted, name: '+CBC', title: 'Supply voltage', test: [], execute: final }),
  powerSaving: command({
    ...kept,
    name: '+CPSMS',
    title: 'Power saving mode',
    test: ['(0-1),,,("00000000"-"11111111"),("00000000"-"11111111")'],
    read: { row: '<mode>[,<rau>,<ready>,"<tau>","<active>"]' },
    execute: final,
    write: {
      set: { params: { mode: oneOf(0, 1), rau: bits, ready: bits, tau: bits, active: bits }, outcome: 'final' },
    },
  }),
  longCycles: command({
    ...kept,
    name: '+CEDRXS',
    title: 'eDRX: long cycles of listening',
    test: ['(0-3),(4),("0000"-"1111")'],
    read: { row: '<act>,"<value>"' },
    execute: final,
    write: {
      set: {
        params: { mode: oneOf(0, 1, 2, 3), act: optional(ints(4)), value: optional(text(4, 4)) },
        outcome: 'final',
      },
    },
  }),
  lastFailure: command({ ...accepted, name: '+CEER', title: 'Why the last call failed', test: [], execute: final }),
  lastError: command({ ...accepted, name: '+CEXTERRNO', title: 'Number of the last error', read: { row: '<err>' } }),
}
