import { command } from '../command.ts'
import { ints, optional, signedInt, text } from '../param.ts'

const chosen = { cite: 'general', grade: 'chosen', played: 'real' } as const
const host = text(1, 253)
const address = text(7, 39)

/** Names, whether a host is there, and the time. */
export const lookupCommands = {
  resolve: command({
    ...chosen,
    name: '+CDNSGIP',
    changes: 'nothing',
    effort: 'network',
    title: 'Address of a name',
    maxResponseMs: 120_000,
    test: [],
    write: { look: { grade: 'documented', params: { host }, outcome: 'final' } },
  }),
  nameServers: command({
    ...chosen,
    name: '+CDNSCFG',
    title: 'Name servers',
    played: 'state',
    test: [],
    read: { row: '"<primary>","<secondary>"' },
    write: { set: { params: { primary: address, secondary: optional(address) }, outcome: 'final' } },
  }),
  ping: command({
    ...chosen,
    name: '+CPING',
    changes: 'nothing',
    effort: 'network',
    title: 'Whether a host is there',
    maxResponseMs: 120_000,
    test: 'derived',
    write: {
      ping: {
        params: {
          host,
          type: ints([1, 2]),
          count: optional(ints([1, 100])),
          size: optional(ints([4, 188])),
          interval: optional(ints([1000, 10_000])),
          limit: optional(ints([10_000, 100_000])),
          ttl: optional(ints([16, 255])),
        },
        outcome: 'final',
      },
    },
  }),
  timeServer: command({
    ...chosen,
    name: '+CNTP',
    title: 'The time from a server',
    effort: 'network',
    maxResponseMs: 120_000,
    test: [],
    read: { row: '"<host>",<zone>' },
    execute: { grade: 'documented', changes: 'settings', outcome: 'deferred' },
    write: {
      set: { played: 'state', params: { host: text(1, 255), zone: optional(signedInt(-96, 96)) }, outcome: 'final' },
    },
  }),
}
