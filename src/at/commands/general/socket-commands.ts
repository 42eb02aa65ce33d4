import { command } from '../command.ts'
import { ints, keyword, oneOf, optional, text } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const general = { cite: 'general', grade: 'documented', played: 'real' } as const
const final = { outcome: 'final' } as const
const link = ints([0, 9])
const cid = ints([1, 15])
const socketLimit = ints([3000, 120_000])

/** The socket service, which many hosts open before MQTT. */
export const socketCommands = ({
  hasSocketContexts,
  hasSocketDefinitions,
  hasSocketSetting,
  socketOptions,
}: GeneralDialect) => ({
  openNetwork: command({
    ...general,
    name: '+NETOPEN',
    changes: 'sockets',
    effort: 'network',
    title: 'Open the socket service',
    maxResponseMs: 120_000,
    test: [],
    read: { row: '<0|1>' },
    execute: { outcome: 'deferred' },
    write: { open: { params: { cid }, outcome: 'deferred', absent: !hasSocketContexts } },
  }),
  closeNetwork: command({
    ...general,
    name: '+NETCLOSE',
    changes: 'sockets',
    effort: 'release',
    title: 'Close the socket service',
    maxResponseMs: 120_000,
    test: [],
    execute: { outcome: 'deferred' },
    write: { close: { params: { cid }, outcome: 'deferred', absent: !hasSocketContexts } },
  }),
  localAddress: command({
    ...general,
    name: '+IPADDR',
    changes: 'nothing',
    title: 'Address of the socket service',
    shows: { content: 'location', from: 0 },
    test: [],
    execute: final,
    write: { show: { params: { cid }, outcome: 'final', absent: !hasSocketContexts } },
  }),
  socketContext: command({
    ...general,
    name: '+CSOCKSETPN',
    played: 'state',
    title: 'PDP context of the socket service',
    test: [`${hasSocketContexts ? '1-n' : '1'},(1,6)`],
    read: { row: '<cid>,<family>' },
    write: {
      set: { params: { cid: hasSocketContexts ? cid : ints(1), family: optional(ints(1, 6)) }, outcome: 'final' },
    },
  }),
  socketReading: command({
    ...general,
    name: '+CIPRXGET',
    title: 'Data as URC, or read by the host',
    maxResponseMs: 8000,
    test: [`(0-${socketOptions === 8 ? 5 : 4}),(0-${socketOptions === 8 ? 9 : 3}),(1-1500)`],
    read: { row: '<mode>' },
    write: {
      set: { played: 'state', params: { mode: oneOf(0, 1) }, outcome: 'final' },
      take: {
        params: { mode: oneOf(2, 3), link, length: optional(ints([1, 1500])) },
        outcome: 'final',
        changes: 'sockets',
      },
      ask: { params: { mode: ints(4), link }, outcome: 'final', changes: 'nothing' },
    },
  }),
  socketOptions: command({
    ...general,
    name: '+CIPCCFG',
    played: 'state',
    title: 'Options of the socket service',
    test: [`(0-10),(0-1000),(0),(0-1),(0-1),(0-1),(500-120000)${socketOptions === 8 ? ',(0-1)' : ''}`],
    read: { row: '<retries>,<delay>,<ack>,<errMode>,<header>,<async>,<timeout>' },
    execute: final,
    write: {
      set: {
        params: {
          retries: optional(ints([0, 10])),
          delay: optional(ints([0, 1000])),
          ack: optional(ints(0)),
          errorMode: optional(oneOf(0, 1)),
          header: optional(oneOf(0, 1)),
          asynchronous: optional(oneOf(0, 1)),
          timeout: optional(ints([500, 120_000])),
          type: optional(ints(...(socketOptions === 8 ? [0, 1] : []))),
        },
        outcome: 'final',
      },
    },
  }),
  socketSetting: command({
    ...general,
    name: '+CIPCFG',
    title: 'PDP context of sockets',
    played: 'accepted',
    absent: !hasSocketSetting,
    write: { setContext: { params: { setting: keyword('CID'), cid }, outcome: 'final' } },
  }),
  transparent: command({
    ...general,
    name: '+CIPMODE',
    title: 'Mode of TCP/IP: commands',
    grade: 'chosen',
    played: 'accepted',
    test: ['(0)'],
    read: { row: '<mode>' },
    write: { set: { grade: 'documented', params: { mode: ints(0) }, outcome: 'final' } },
  }),
  socketTimeouts: command({
    ...general,
    name: '+CIPTIMEOUT',
    title: 'Time-outs of the socket service',
    grade: 'chosen',
    played: 'state',
    test: ['(3000-120000),(3000-120000),(3000-120000)'],
    read: { row: '<open>,<connect>,<send>' },
    write: {
      set: {
        grade: 'documented',
        params: { open: optional(socketLimit), connect: optional(socketLimit), send: optional(socketLimit) },
        outcome: 'final',
      },
    },
  }),
  socketDefinition: command({
    ...general,
    name: '+CGSOCKCONT',
    risk: 'networkAccess',
    title: 'PDP context of the socket service, by its definition',
    grade: 'chosen',
    played: 'state',
    absent: !hasSocketDefinitions,
    test: ['(1-16),"IP"', '(1-16),"IPV6"', '(1-16),"IPV4V6"'],
    read: { row: '<cid>,"<type>","<apn>"' },
    write: {
      define: {
        params: { cid: ints([1, 16]), type: optional(text(2, 6)), apn: optional(text(0, 99)) },
        outcome: 'final',
      },
    },
  }),
})
