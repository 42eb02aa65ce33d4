import { textOf } from '../../at/syntax/bytes.ts'
import { isRegistered } from '../cellular/cell.ts'
import { activate, contextAddresses, contextOf } from '../cellular/contexts.ts'
import { closedSockets, closeSockets } from '../cellular/sockets.ts'
import { error, type FinalReply, ok, okWith, type Reply } from '../core/reply.ts'
import { deferred, type StepContext, writableCellular } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'
import { storedValuesOf, storeValues, storingHandlers } from './stored-values.ts'

type Keys =
  | 'openNetwork'
  | 'closeNetwork'
  | 'localAddress'
  | 'socketContext'
  | 'socketReading'
  | 'socketOptions'
  | 'socketSetting'
  | 'transparent'
  | 'socketTimeouts'
  | 'socketDefinition'

/** `<err>` of the socket service. */
const codes = { ok: 0, networkFailure: 1, notOpened: 2 } as const
/** Texts of `+IP ERROR`, with their numbers. */
const ipErrors = {
  alreadyOpened: [4, 'Network is already opened'],
  noClient: [7, 'No active client'],
  notOpened: [8, 'Network not opened'],
} as const

/** The socket service can be opened and closed; it has no connections. */
export const socketHandlers: GeneralHandlers<Keys> = {
  openNetwork: {
    read: ({ cellular: { sockets } }) => okWith(`+NETOPEN: ${sockets.cid === undefined ? 0 : 1}`),
    execute: (ctx, _, line) => open(ctx, line, 1, ''),
    open: (ctx, { cid }, line) => open(ctx, line, cid, `,${cid}`),
  },
  closeNetwork: {
    execute: (ctx, _, line) => close(ctx, line, ''),
    close: (ctx, { cid }, line) => close(ctx, line, `,${cid}`),
  },
  localAddress: { execute: (ctx) => localAddress(ctx), show: (ctx) => localAddress(ctx) },
  socketContext: {
    read: (ctx) => okWith(...socketContextRows(ctx)),
    set: (ctx, { family }) => {
      if (ctx.cellular.sockets.cid !== undefined) return error
      writableCellular(ctx).sockets = { ...ctx.cellular.sockets, family: family === 6 ? 6 : 1 }
      return ok
    },
  },
  socketReading: {
    read: ({ cellular: { sockets } }) => okWith(`+CIPRXGET: ${sockets.reading}`),
    set: (ctx, { mode }) => {
      writableCellular(ctx).sockets = { ...ctx.cellular.sockets, reading: mode }
      return ok
    },
    take: (ctx) => ipError(ctx, ctx.cellular.sockets.cid === undefined ? 'notOpened' : 'noClient'),
    ask: (ctx) => ipError(ctx, ctx.cellular.sockets.cid === undefined ? 'notOpened' : 'noClient'),
  },
  socketOptions: {
    read: (ctx) => okWith(`+CIPCCFG: ${ctx.cellular.sockets.options.slice(0, optionCount(ctx)).join(',')}`),
    execute: (ctx) => setOptions(ctx, closedSockets.options),
    set: (ctx, { retries, delay, ack, errorMode, header, asynchronous, timeout, type }) => {
      const given = [retries, delay, ack, errorMode, header, asynchronous, timeout, type]
      return setOptions(
        ctx,
        ctx.cellular.sockets.options.map((option, i) => given[i] ?? option),
      )
    },
  },
  socketSetting: { setContext: () => ok },
  transparent: { read: () => okWith('+CIPMODE: 0'), set: () => ok },
  socketTimeouts: storingHandlers('+CIPTIMEOUT', { open: '120000', connect: '120000', send: '120000' }),
  socketDefinition: {
    read: (ctx) => okWith(...definitions(ctx).map((row) => `+CGSOCKCONT: ${row}`)),
    define: (ctx, { cid, type, apn }) => {
      const others = definitions(ctx).filter((row) => !row.startsWith(`${cid},`))
      const row = `${cid},"${type ? textOf(type) : 'IP'}","${apn ? textOf(apn) : ''}"`
      return storeValues(ctx, '+CGSOCKCONT', [...others, row].sort(byCid))
    },
  },
}

const definitions = (ctx: StepContext): readonly string[] => storedValuesOf(ctx, '+CGSOCKCONT') ?? ['1,"IP",""']
const byCid = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10)

const optionCount = ({ config }: StepContext): number => config.profile.general.socketOptions

function ipError({ cellular: { sockets } }: StepContext, name: keyof typeof ipErrors): FinalReply {
  const [number, text] = ipErrors[name]
  return { ...error, lines: [`+IP ERROR: ${sockets.options[3] === 0 ? number : text}`] }
}

function open(ctx: StepContext, line: number, cid: number, suffix: string): Reply {
  if (ctx.cellular.sockets.cid !== undefined) return ipError(ctx, 'alreadyOpened')
  const failed = !isRegistered(ctx.cellular.radio) || activate(ctx, cid) !== undefined
  if (failed && ctx.config.profile.general.openFailure === 'error') return error
  if (!failed) writableCellular(ctx).sockets = { ...ctx.cellular.sockets, cid }
  deferred(ctx, line, `+NETOPEN: ${failed ? codes.networkFailure : codes.ok}${suffix}`)
  return ok
}

function close(ctx: StepContext, line: number, suffix: string): Reply {
  if (ctx.cellular.sockets.cid === undefined) return { ...error, lines: [`+NETCLOSE: ${codes.notOpened}${suffix}`] }
  closeSockets(ctx)
  deferred(ctx, line, `+NETCLOSE: ${codes.ok}${suffix}`)
  return ok
}

function localAddress(ctx: StepContext): FinalReply {
  const context = ctx.cellular.sockets.cid === undefined ? undefined : contextOf(ctx, ctx.cellular.sockets.cid)
  return context ? okWith(`+IPADDR: ${contextAddresses(context)[0]}`) : ipError(ctx, 'notOpened')
}

function socketContextRows({ cellular: { sockets }, config }: StepContext): readonly string[] {
  const cids = config.profile.general.hasSocketContexts ? [1, 2, 3] : [1]
  return cids.map((cid) => `+CSOCKSETPN: ${cid},${sockets.family}`)
}

function setOptions(ctx: StepContext, options: readonly number[]): FinalReply {
  writableCellular(ctx).sockets = { ...ctx.cellular.sockets, options }
  return ok
}
