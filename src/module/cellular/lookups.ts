import type { Input } from '../core/effects.ts'
import { error, okWith } from '../core/reply.ts'
import type { PendingLookup, Ping } from '../core/state.ts'
import { deferred, type StepContext, writableCellular, writableService } from '../core/step-context.ts'
import { isRegistered } from './cell.ts'

/** Longest wait for an address, ms. */
const lookupLimitMs = 10_000
/** So many names are looked up at once: a `+CPING` beyond is refused. */
export const mostLookups = 16
/** What every echo is said to have taken, ms: nothing is sent. */
const roundTripMs = 42
/** `+CDNSGIP: 0,10`: no address. */
const noAddress = 10

/** Whether packets get through: registered, context 1 active, and a network that is not silent. */
export const isOnline = ({ cellular: { radio, network } }: StepContext): boolean =>
  isRegistered(radio) &&
  network.coverage === 'up' &&
  radio.contexts.some(({ cid, bearer }) => cid === 1 && bearer !== undefined)

/** Asks for the addresses of a name. Its number is none of a connection, nor of an earlier look-up. */
export function startLookup(ctx: StepContext, about: Omit<PendingLookup, 'lookup'>): void {
  const service = writableService(ctx)
  const lookup = service.nextConnection++
  const { sockets } = ctx.cellular
  writableCellular(ctx).sockets = { ...sockets, lookups: [...sockets.lookups, { ...about, lookup }] }
  ctx.effects.push({ type: 'lookup', lookup, host: about.host, timeoutMs: lookupLimitMs })
}

/** The answer to a look-up; after a restart nobody waits for it. */
export function lookupDone(ctx: StepContext, { lookup, addresses }: Extract<Input, { type: 'resolved' }>): void {
  const { sockets } = ctx.cellular
  const pending = sockets.lookups.find((each) => each.lookup === lookup)
  if (!pending) return
  writableCellular(ctx).sockets = { ...sockets, lookups: sockets.lookups.filter((each) => each !== pending) }
  const address = addresses.find((each) => !each.includes(':')) ?? addresses[0]
  if (pending.ping) reportPing(ctx, pending.line, pending.ping, address)
  else ctx.resumptions.push({ line: pending.line, reply: addressReply(pending.host, address) })
}

/** The reply of `+CDNSGIP`. */
export const addressReply = (host: string, address: string | undefined) =>
  address === undefined
    ? { ...error, lines: [`+CDNSGIP: 0,${noAddress}`] }
    : okWith(`+CDNSGIP: 1,"${host}","${address}"`)

function reportPing(ctx: StepContext, line: number, { count, size, ttl }: Ping, address: string | undefined): void {
  const echo = address === undefined ? '+CPING: 2' : `+CPING: 1,${address},${size},${roundTripMs},${ttl}`
  for (let i = 0; i < count; i++) deferred(ctx, line, echo)
  const times = Array(3).fill(address === undefined ? 0 : roundTripMs)
  const received = address === undefined ? 0 : count
  deferred(ctx, line, `+CPING: ${[3, count, received, count - received, ...times].join(',')}`)
}
