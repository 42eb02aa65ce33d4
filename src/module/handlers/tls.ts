import { hex16 } from '../../at/commands/param.ts'
import type { SslKey, TlsCommands } from '../../at/commands/tls/tls-commands.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { error, type FinalReply, ok, okWith, type Reply } from '../core/reply.ts'
import type { SslContext } from '../core/state.ts'
import { type StepContext, writableService } from '../core/step-context.ts'
import type { Handlers } from './handler-types.ts'

/** TLS contexts and the certificate store. */
export const tlsHandlers: Handlers<TlsCommands> = {
  sslContexts: {
    read: (ctx) => okWith(...ctx.service.sslContexts.map((_, index) => contextRow(ctx, index))),
    show: (ctx, { sslContext }) => okWith(contextRow(ctx, sslContext)),
    sslVersion: (ctx, { sslContext, value }) => set(ctx, sslContext, { sslVersion: value }),
    authMode: (ctx, { sslContext, value }) => set(ctx, sslContext, { authMode: value }),
    ignoreLocalTime: (ctx, { sslContext, value }) => set(ctx, sslContext, { ignoreLocalTime: value }),
    negotiateTime: (ctx, { sslContext, value }) => set(ctx, sslContext, { negotiateTime: value }),
    caCert: (ctx, { sslContext, value }) => set(ctx, sslContext, { caCert: value }),
    clientCert: (ctx, { sslContext, value }) => set(ctx, sslContext, { clientCert: value }),
    clientKey: (ctx, { sslContext, value }) => set(ctx, sslContext, { clientKey: value }),
    password: (ctx, { sslContext, value }) => set(ctx, sslContext, { password: textOf(value) }),
    enableSni: (ctx, { sslContext, value }) => set(ctx, sslContext, { enableSni: value }),
    ignoreCertCn: (ctx, { sslContext, value }) => set(ctx, sslContext, { ignoreCertCn: value }),
    useTickets: (ctx, { sslContext, value }) => set(ctx, sslContext, { useTickets: value }),
    cipherSuites: (ctx, { sslContext, value }) =>
      isKnownSuite(ctx, value) ? set(ctx, sslContext, { cipherSuites: value }) : error,
  },
  certificateDown: {
    download: (ctx, { name }, line, data) => {
      ctx.effects.push({ type: 'store', line, operation: 'write', name, data })
      return 'pending'
    },
  },
  certificateList: { execute: (ctx, _, line) => store(ctx, line, 'list', '') },
  certificateDelete: { remove: (ctx, { name }, line) => store(ctx, line, 'remove', name) },
  certificateMove: { move: (ctx, { name }, line) => store(ctx, line, 'move', name) },
}

function set(ctx: StepContext, index: number, change: Partial<SslContext>): FinalReply {
  writableService(ctx).sslContexts = ctx.service.sslContexts.map((context, i) =>
    i === index ? { ...context, ...change } : context,
  )
  return ok
}

const allSuites = 0xffff
const isKnownSuite = (ctx: StepContext, suite: number): boolean =>
  suite === 0 || suite === allSuites || ctx.config.hasCipherSuite(suite)

function contextRow(ctx: StepContext, index: number): string {
  const context = ctx.service.sslContexts[index]!
  const { row, unsetSuites } = ctx.config.profile.tls
  const values = row.map((key) => shown(key, context[properties[key]], unsetSuites))
  return `+CSSLCFG: ${index},${values.join(',')}`
}

/** A suite that was set is shown in the form in which it is typed. */
function shown(key: SslKey, value: string | number, unsetSuites: string): string {
  if (typeof value === 'string') return `"${value}"`
  if (key !== 'ciphersuites') return String(value)
  return value === 0 ? unsetSuites : textOf(hex16.encode(value))
}

const properties: Readonly<Record<SslKey, keyof SslContext>> = {
  sslversion: 'sslVersion',
  authmode: 'authMode',
  ignorelocaltime: 'ignoreLocalTime',
  negotiatetime: 'negotiateTime',
  cacert: 'caCert',
  clientcert: 'clientCert',
  clientkey: 'clientKey',
  password: 'password',
  enableSNI: 'enableSni',
  ignorecertCN: 'ignoreCertCn',
  use_tickets: 'useTickets',
  ciphersuites: 'cipherSuites',
}

/** The result comes with the `stored` input that answers the effect. */
function store(ctx: StepContext, line: number, operation: 'list' | 'remove' | 'move', name: string): Reply {
  ctx.effects.push({ type: 'store', line, operation, name })
  return 'pending'
}
