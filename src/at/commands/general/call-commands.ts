import { command } from '../command.ts'
import { ints, oneOf } from '../param.ts'

const chosen = { cite: 'general', grade: 'chosen' } as const
const final = { outcome: 'final' } as const

/** An S register (V.25ter). */
const register = (name: string, title: string, values: Parameters<typeof ints>[0]) =>
  command({
    ...chosen,
    name,
    title,
    played: 'state',
    read: { row: '<value>' },
    write: { set: { params: { value: ints(values) }, outcome: 'final' } },
  })

/** What modem programs send for calls, of which there are none. */
export const callCommands = {
  callResults: command({
    ...chosen,
    name: 'X',
    title: 'Which results a call gives',
    played: 'accepted',
    execute: final,
    write: { set: { params: { value: oneOf(0, 1, 2, 3, 4) }, outcome: 'final' } },
  }),
  hangUp: command({
    ...chosen,
    name: 'H',
    title: 'Hang up',
    played: 'accepted',
    execute: final,
    write: { set: { params: { value: ints(0) }, outcome: 'final' } },
  }),
  answerAfter: register('S0', 'Rings before a call is answered', [0, 255]),
  lineEnd: register('S3', 'Character that ends a line', 13),
  lineFeed: register('S4', 'Character behind a line of the module', 10),
  backspace: register('S5', 'Character that deletes', 8),
  dialPause: register('S6', 'Seconds before dialling', [0, 255]),
  connectLimit: register('S7', 'Seconds until a call is given up', [0, 255]),
  commaPause: register('S8', 'Seconds of a comma while dialling', [0, 255]),
  carrierLoss: register('S10', 'Tenths of a second without carrier until a call ends', [0, 254]),
}
