import { textOf } from '../../at/syntax/bytes.ts'
import { addressReply, isOnline, mostLookups, startLookup } from '../cellular/lookups.ts'
import { serverTime } from '../cellular/real-time-clock.ts'
import { error, type FinalReply, ok, type Reply } from '../core/reply.ts'
import type { Ping } from '../core/state.ts'
import { deferred, type StepContext, writableCellular } from '../core/step-context.ts'
import type { GeneralHandlers } from './handler-types.ts'
import { storedValuesOf, storingHandlers } from './stored-values.ts'

/** `<err>` of `+CNTP`. */
const timeCodes = { ok: 0, network: 4 } as const
const firstServer = { host: '"pool.ntp.org"', zone: '0' }

/** Names are those of the machine that runs the module. */
export const lookupHandlers: GeneralHandlers<'resolve' | 'nameServers' | 'ping' | 'timeServer'> = {
  resolve: { look: (ctx, { host }, line) => resolve(ctx, line, textOf(host)) },
  nameServers: storingHandlers('+CDNSCFG', { primary: '"8.8.8.8"', secondary: '"8.8.4.4"' }),
  ping: {
    ping: (ctx, { host, count = 4, size = 64, ttl = 255 }, line) => ping(ctx, line, textOf(host), { count, size, ttl }),
  },
  timeServer: {
    ...storingHandlers('+CNTP', firstServer),
    execute: (ctx, _, line) => askTime(ctx, line),
  },
}

function resolve(ctx: StepContext, line: number, host: string): Reply {
  if (!isOnline(ctx)) return addressReply(host, undefined)
  startLookup(ctx, { line, host })
  return 'pending'
}

function ping(ctx: StepContext, line: number, host: string, about: Ping): FinalReply {
  if (!isOnline(ctx) || ctx.cellular.sockets.lookups.length >= mostLookups) return error
  startLookup(ctx, { line, host, ping: about })
  return ok
}

/** No server is asked: the time is that of the network. */
function askTime(ctx: StepContext, line: number): FinalReply {
  const online = isOnline(ctx)
  const zone = Number(storedValuesOf(ctx, '+CNTP')?.[1] ?? firstServer.zone)
  if (online) writableCellular(ctx).clock = serverTime(ctx, zone)
  deferred(ctx, line, `+CNTP: ${online ? timeCodes.ok : timeCodes.network}`)
  return ok
}
