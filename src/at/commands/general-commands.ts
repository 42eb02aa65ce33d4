import { command } from './command.ts'
import { ints, oneOf, optional, text } from './param.ts'

/** The commands around MQTT that hosts send before it. */
export const generalCommands = {
  echo: command({
    name: 'E',
    title: 'Echo',
    cite: 'general',
    execute: { outcome: 'final' },
    write: { set: { params: { echo: oneOf(0, 1) }, outcome: 'final' } },
  }),
  identify: command({ name: 'I', title: 'Identify the module', cite: 'general', execute: { outcome: 'final' } }),
  errorReports: command({
    name: '+CMEE',
    title: 'How errors of SIM and network commands are shown',
    cite: 'general',
    test: ['(0-2)'],
    read: { row: '<n>' },
    execute: { outcome: 'final' },
    write: { set: { params: { n: oneOf(0, 1, 2) }, outcome: 'final' } },
  }),
  manufacturer: command({
    name: '+CGMI',
    title: 'Manufacturer',
    cite: 'general',
    test: [],
    execute: { outcome: 'final' },
  }),
  model: command({ name: '+CGMM', title: 'Model', cite: 'general', test: [], execute: { outcome: 'final' } }),
  revision: command({ name: '+CGMR', title: 'Revision', cite: 'general', test: [], execute: { outcome: 'final' } }),
  serialNumber: command({ name: '+CGSN', title: 'IMEI', cite: 'general', test: [], execute: { outcome: 'final' } }),
  pin: command({ name: '+CPIN', title: 'State of the SIM', cite: 'general', test: [], read: { row: '<code>' } }),
  signal: command({
    name: '+CSQ',
    title: 'Signal quality',
    cite: 'general',
    test: ['(0-31,99),(0-7,99)'],
    execute: { outcome: 'final' },
  }),
  servingCell: command({
    name: '+CPSI',
    title: 'Serving cell',
    cite: 'general',
    test: [],
    read: { row: 'LTE,<operation mode>,<MCC>-<MNC>,<TAC>,…' },
  }),
  registration: registration('+CREG', 'Network registration'),
  packetRegistration: registration('+CGREG', 'Packet domain registration'),
  epsRegistration: registration('+CEREG', 'EPS registration'),
  attach: command({
    name: '+CGATT',
    title: 'Packet domain attach',
    cite: 'general',
    test: ['(0-1)'],
    read: { row: '<state>' },
  }),
  activate: command({
    name: '+CGACT',
    title: 'Activate a PDP context',
    cite: 'general',
    maxResponseMs: 45_000,
    effort: 'network',
    test: ['(0,1)'],
    read: { row: '<cid>,<state>' },
    write: { activate: { params: { state: oneOf(0, 1), cid: optional(ints([1, 15])) }, outcome: 'final' } },
  }),
  define: command({
    name: '+CGDCONT',
    title: 'Define a PDP context',
    cite: 'general',
    test: [
      '(1-15),"IP",,,,,(0),(0,2),(0),(0),(0,1),(0),(0,1),(0)',
      '(1-15),"IPV6",,,,,(0),(0,2),(0),(0),(0,1),(0),(0),(0)',
      '(1-15),"IPV4V6",,,,,(0),(0,2),(0),(0),(0,1),(0),(0,1),(0)',
      '(1-15),"Non-IP",,,,,(0),(0,2),(0),(0),(0,1),(0),(0),(0),(0,1)',
    ],
    read: { row: '<cid>,"<type>","<apn>","<addr>",,,,,,,,,,,' },
    execute: { outcome: 'final' },
    write: {
      define: {
        params: {
          cid: ints([1, 15]),
          type: optional(text(1, 6)),
          apn: optional(text(0, 99)),
          address: optional(text(0, 39)),
          dataCompression: optional(ints(0)),
          headerCompression: optional(ints(0, 2)),
        },
        outcome: 'final',
      },
    },
  }),
}

function registration<const N extends string>(name: N, title: string) {
  return command({ name, title, cite: 'general', test: ['(0-2)'], read: { row: '<n>,<stat>' } })
}

export type GeneralCommands = typeof generalCommands
