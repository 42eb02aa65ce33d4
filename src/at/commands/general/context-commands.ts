import { command } from '../command.ts'
import { holds, ints, oneOf, optional, secret, text } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const general = { cite: 'general', grade: 'documented', played: 'real' } as const
const final = { outcome: 'final' } as const
const cid = ints([1, 15])
const small = optional(ints([0, 3]))

/** PDP contexts. */
export const contextCommands = ({ contextTest, authTest, eventTest, eventModes, ...dialect }: GeneralDialect) => ({
  define: command({
    ...general,
    name: '+CGDCONT',
    risk: 'networkAccess',
    title: 'Define a PDP context',
    test: contextTest,
    read: { row: '<cid>,"<type>","<apn>","<addr>",,,,,,,,,,,' },
    execute: { ...final, played: 'accepted' },
    write: {
      define: {
        params: {
          cid,
          type: optional(text(1, 6)),
          apn: optional(text(0, 99)),
          address: holds('location', optional(text(0, 39))),
          dataCompression: small,
          headerCompression: small,
          addressAllocation: small,
          emergency: small,
          serverDiscovery: small,
          signalling: small,
          lowPriority: small,
          secureOptions: small,
          mtuDiscovery: small,
          localAddress: small,
          nonIpMtuDiscovery: small,
        },
        outcome: 'final',
      },
    },
  }),
  login: command({
    ...general,
    name: '+CGAUTH',
    played: 'state',
    risk: 'networkAccess',
    title: 'Login of a PDP context',
    test: [authTest],
    read: { row: '<cid>,<type>,"<user>","<passwd>"', secret: true },
    execute: { ...final, played: 'accepted' },
    write: {
      set: {
        params: {
          cid,
          type: optional(oneOf(0, 1, 2)),
          password: secret(optional(text(0, 64)), { hides: 'command' }),
          user: holds('identity', optional(text(0, 64))),
        },
        outcome: 'final',
      },
    },
  }),
  activate: command({
    ...general,
    name: '+CGACT',
    changes: 'network',
    effort: 'network',
    title: 'Activate a PDP context',
    maxResponseMs: 45_000,
    test: ['(0,1)'],
    read: { row: '<cid>,<state>' },
    write: { activate: { params: { state: oneOf(0, 1), cid: optional(cid) }, outcome: 'final' } },
  }),
  attach: command({
    ...general,
    name: '+CGATT',
    changes: 'network',
    effort: 'network',
    title: 'Packet domain attach',
    maxResponseMs: 45_000,
    test: ['(0-1)'],
    read: { row: '<state>' },
    write: { attach: { params: { state: oneOf(0, 1) }, outcome: 'final' } },
  }),
  addresses: command({
    ...general,
    name: '+CGPADDR',
    changes: 'nothing',
    title: 'Address of a PDP context',
    shows: { content: 'location', from: 1 },
    test: 'handled',
    execute: final,
    write: {
      show: { params: { cid }, outcome: 'final' },
      list: {
        params: { first: cid, second: cid, third: optional(cid), fourth: optional(cid) },
        outcome: 'final',
        absent: !dialect.listsAddresses,
      },
    },
  }),
  parameters: command({
    ...general,
    name: '+CGCONTRDP',
    changes: 'nothing',
    title: 'Parameters of an active PDP context',
    shows: { content: 'location', from: 3 },
    absent: !dialect.hasContextParameters,
    test: 'handled',
    execute: final,
    write: { show: { params: { cid }, outcome: 'final' } },
  }),
  contextEvents: command({
    ...general,
    name: '+CGEREP',
    title: 'Whether context events are shown',
    test: [eventTest],
    read: { row: '<mode>,0' },
    execute: final,
    write: {
      set: { params: { mode: ints([0, eventModes]), buffer: optional(ints([0, eventModes - 1])) }, outcome: 'final' },
    },
  }),
})
