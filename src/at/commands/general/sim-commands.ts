import { command } from '../command.ts'
import { keyword, named, oneOf, optional, secret, text } from '../param.ts'

const general = { cite: 'general', grade: 'documented', played: 'real' } as const
const final = { outcome: 'final' } as const
const password = secret(text(1, 16), { hides: 'command' })
const pin = secret(text(1, 16), { kind: 'pin', hides: 'command' })

const identity = { content: 'identity', from: 0 } as const

/** The SIM. */
export const simCommands = {
  pin: command({
    ...general,
    name: '+CPIN',
    risk: 'pinTries',
    title: 'State of the SIM, and its PIN',
    test: [],
    read: { row: '<code>' },
    write: { enter: { params: { pin, newPin: named('newpin', optional(pin)) }, outcome: 'final' } },
  }),
  cardNumber: command({
    ...general,
    name: '+CICCID',
    title: 'Number of the SIM card',
    rowName: '+ICCID',
    shows: identity,
    test: [],
    execute: final,
  }),
  subscriber: command({ ...general, name: '+CIMI', title: 'IMSI', shows: identity, test: [], execute: final }),
  triesLeft: command({ ...general, name: '+SPIC', title: 'Tries left for PIN and PUK', execute: final }),
  lock: command({
    ...general,
    name: '+CLCK',
    risk: 'pinTries',
    title: 'Whether the PIN is asked at start',
    test: ['("SC")'],
    write: {
      lock: {
        params: { facility: keyword('SC'), mode: oneOf(0, 1, 2), password: optional(password) },
        outcome: 'final',
      },
    },
  }),
  serviceProvider: command({
    ...general,
    name: '+CSPN',
    title: 'Name of the service provider on the SIM',
    read: { row: '"<name>",<0|1>' },
  }),
}

/** What real modules have and ours does not: known for what must not be shown, and not be sent unasked. */
export const foreignSimCommands = {
  changePassword: command({
    ...general,
    name: '+CPWD',
    risk: 'pinTries',
    title: 'Change the PIN',
    write: {
      change: { params: { facility: keyword('SC'), old: password, changed: password }, outcome: 'final' },
    },
  }),
}
