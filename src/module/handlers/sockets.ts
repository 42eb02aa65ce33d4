import { isRegistered } from '../cellular/cell.ts'
import { activate, addressesOf, contextOf } from '../cellular/contexts.ts'
import { closedSockets } from '../cellular/settings.ts'
import { deferred, type Turn } from '../core/step-context.ts'
import { error, type FinalReply, ok, okWith, type Reply } from '../line/reply.ts'
import type { GeneralHandlers } from './handlers.ts'

type Keys =
  | 'openNetwork'
  | 'closeNetwork'
  | 'localAddress'
  | 'socketContext'
  | 'socketReading'
  | 'socketOptions'
  | 'transparent'
  | 'socketTimeouts'

/** `<err>` of the socket service. */
const codes = { ok: 0, networkFailure: 1, notOpened: 2 } as const
/** Texts of `+IP ERROR`, with their numbers. */
const ipErrors = {
  alreadyOpened: [4, 'Network is already opened'],
  noClient: [7, 'No active client'],
  notOpened: [8, 'Network not opened'],
} as const

/** The socket service: it is opened and closed; connections of its own it has none. */
export const socketHandlers: GeneralHandlers<Keys> = {
  openNetwork: {
    read: ({ sockets }) => okWith(`+NETOPEN: ${sockets.cid === undefined ? 0 : 1}`),
    execute: (turn, _, line) => open(turn, line, 1, ''),
    open: (turn, { cid }, line) => open(turn, line, cid, `,${cid}`),
  },
  closeNetwork: {
    execute: (turn, _, line) => close(turn, line, ''),
    close: (turn, { cid }, line) => close(turn, line, `,${cid}`),
  },
  localAddress: { execute: (turn) => localAddress(turn), show: (turn) => localAddress(turn) },
  socketContext: {
    read: (turn) => okWith(...socketContextRows(turn)),
    set: (turn, { family }) => {
      if (turn.sockets.cid !== undefined) return error
      turn.sockets = { ...turn.sockets, family: family === 6 ? 6 : 1 }
      return ok
    },
  },
  socketReading: {
    read: ({ sockets }) => okWith(`+CIPRXGET: ${sockets.reading}`),
    set: (turn, { mode }) => {
      turn.sockets = { ...turn.sockets, reading: mode }
      return ok
    },
    take: (turn) => ipError(turn, turn.sockets.cid === undefined ? 'notOpened' : 'noClient'),
    ask: (turn) => ipError(turn, turn.sockets.cid === undefined ? 'notOpened' : 'noClient'),
  },
  socketOptions: {
    read: (turn) => okWith(`+CIPCCFG: ${turn.sockets.options.slice(0, optionCount(turn)).join(',')}`),
    execute: (turn) => setOptions(turn, closedSockets.options),
    set: (turn, { retries, delay, ack, errorMode, header, asynchronous, timeout, type }) => {
      const given = [retries, delay, ack, errorMode, header, asynchronous, timeout, type]
      return setOptions(
        turn,
        turn.sockets.options.map((option, i) => given[i] ?? option),
      )
    },
  },
  transparent: { set: () => ok },
  socketTimeouts: { set: () => ok },
}

const optionCount = ({ device }: Turn): number => device.profile.general.socketOptions

function ipError({ sockets }: Turn, name: keyof typeof ipErrors): FinalReply {
  const [number, text] = ipErrors[name]
  return { ...error, lines: [`+IP ERROR: ${sockets.options[3] === 0 ? number : text}`] }
}

function open(turn: Turn, line: number, cid: number, suffix: string): Reply {
  if (turn.sockets.cid !== undefined) return ipError(turn, 'alreadyOpened')
  const failed = !isRegistered(turn.radio) || activate(turn, cid) !== undefined
  if (failed && turn.device.profile.general.openFailure === 'error') return error
  if (!failed) turn.sockets = { ...turn.sockets, cid }
  deferred(turn, line, `+NETOPEN: ${failed ? codes.networkFailure : codes.ok}${suffix}`)
  return ok
}

function close(turn: Turn, line: number, suffix: string): Reply {
  if (turn.sockets.cid === undefined) return { ...error, lines: [`+NETCLOSE: ${codes.notOpened}${suffix}`] }
  const { cid: _, ...sockets } = turn.sockets
  turn.sockets = sockets
  deferred(turn, line, `+NETCLOSE: ${codes.ok}${suffix}`)
  return ok
}

function localAddress(turn: Turn): FinalReply {
  const context = turn.sockets.cid === undefined ? undefined : contextOf(turn, turn.sockets.cid)
  return context ? okWith(`+IPADDR: ${addressesOf(context)[0]}`) : ipError(turn, 'notOpened')
}

function socketContextRows({ sockets, device }: Turn): readonly string[] {
  const cids = device.profile.general.hasSocketContexts ? [1, 2, 3] : [1]
  return cids.map((cid) => `+CSOCKSETPN: ${cid},${sockets.family}`)
}

function setOptions(turn: Turn, options: readonly number[]): FinalReply {
  turn.sockets = { ...turn.sockets, options }
  return ok
}
