import { command } from '../command.ts'
import { ints, oneOf, optional, text } from '../param.ts'

const kept = { cite: 'general', grade: 'chosen', played: 'state' } as const
const final = { outcome: 'final' } as const

/** What hosts set for short messages, of which there are none. */
export const messageCommands = {
  characters: command({
    ...kept,
    name: '+CSCS',
    title: 'Character set of texts',
    test: ['("IRA","GSM","UCS2")'],
    read: { row: '"<chset>"' },
    execute: final,
    write: { set: { params: { chset: text(3, 4) }, outcome: 'final' } },
  }),
  messageFormat: command({
    ...kept,
    name: '+CMGF',
    title: 'Format of short messages',
    test: ['(0-1)'],
    read: { row: '<mode>' },
    execute: final,
    write: { set: { params: { mode: oneOf(0, 1) }, outcome: 'final' } },
  }),
  messageService: command({
    ...kept,
    name: '+CSMS',
    title: 'Service of short messages',
    test: ['(0-1)'],
    read: { row: '<service>,<mt>,<mo>,<bm>' },
    write: { set: { params: { service: oneOf(0, 1) }, outcome: 'final' } },
  }),
  messageReports: command({
    ...kept,
    name: '+CNMI',
    title: 'How short messages are reported',
    test: ['(0-2),(0-3),(0,2),(0-2),(0-1)'],
    read: { row: '<mode>,<mt>,<bm>,<ds>,<bfr>' },
    execute: final,
    write: {
      set: {
        params: {
          mode: oneOf(0, 1, 2),
          mt: optional(oneOf(0, 1, 2, 3)),
          bm: optional(ints(0, 2)),
          ds: optional(oneOf(0, 1, 2)),
          bfr: optional(oneOf(0, 1)),
        },
        outcome: 'final',
      },
    },
  }),
}
