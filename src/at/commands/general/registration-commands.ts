import { command, type Grade } from '../command.ts'
import { ints, oneOf, optional, text } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const general = { cite: 'general', grade: 'documented', played: 'real' } as const
const final = { outcome: 'final' } as const

/** Signal, registration, operator. */
export const registrationCommands = ({ hasNetworkMode }: GeneralDialect) => ({
  signal: command({
    ...general,
    name: '+CSQ',
    title: 'Signal quality',
    test: ['(0-31,99),(0-7,99)'],
    execute: final,
  }),
  servingCell: command({
    ...general,
    name: '+CPSI',
    title: 'Serving cell',
    shows: { content: 'location', from: 2 },
    test: [],
    read: { row: 'LTE,<operation mode>,<MCC>-<MNC>,<TAC>,…' },
  }),
  registration: registration('+CREG', 'Network registration', 'documented'),
  packetRegistration: registration('+CGREG', 'Packet domain registration', 'observed'),
  epsRegistration: registration('+CEREG', 'EPS registration', 'documented'),
  operator: command({
    ...general,
    name: '+COPS',
    risk: 'networkAccess',
    changes: 'network',
    effort: 'network',
    title: 'Operator',
    maxResponseMs: 60_000,
    test: 'handled',
    read: { row: '<mode>[,<format>,"<oper>",<AcT>]' },
    write: {
      select: {
        params: {
          mode: ints([0, 4]),
          format: optional(oneOf(0, 1, 2)),
          operator: optional(text(1, 32)),
          access: optional(ints([0, 9])),
        },
        outcome: 'final',
      },
    },
  }),
  networkMode: command({
    ...general,
    name: '+CNMP',
    title: 'Preferred network mode',
    played: 'state',
    absent: !hasNetworkMode,
    test: ['(2,13,14,38)'],
    read: { row: '<mode>' },
    write: { set: { params: { mode: ints(2, 13, 14, 38) }, outcome: 'final' } },
  }),
  systemMode: command({
    ...general,
    name: '+CNSMOD',
    title: 'Which network system serves',
    grade: 'chosen',
    test: ['(0,1)'],
    read: { row: '<n>,<stat>' },
    write: { set: { played: 'state', params: { n: oneOf(0, 1) }, outcome: 'final' } },
  }),
})

function registration<const N extends string>(name: N, title: string, grade: Grade) {
  return command({
    name,
    title,
    cite: 'general',
    grade,
    maxResponseMs: 9000,
    shows: { content: 'location', from: 1 },
    test: ['(0-2)'],
    read: { row: '<n>,<stat>[,<tac>,<ci>[,<AcT>]]' },
    execute: final,
    write: { report: { params: { n: oneOf(0, 1, 2) }, outcome: 'final' } },
  })
}
