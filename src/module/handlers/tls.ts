import { hex16 } from '../../at/commands/param.ts'
import type { SslKey, TlsCommands } from '../../at/commands/tls/tls-commands.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import type { SslContext } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'
import { error, type FinalReply, ok, okWith, type Reply } from '../line/reply.ts'
import type { Handlers } from './handlers.ts'

/** TLS contexts and the certificate store. */
export const tlsHandlers: Handlers<TlsCommands> = {
  sslContexts: {
    read: (turn) => okWith(...turn.sslContexts.map((_, index) => contextRow(turn, index))),
    show: (turn, { sslContext }) => okWith(contextRow(turn, sslContext)),
    sslVersion: (turn, { sslContext, value }) => set(turn, sslContext, { sslVersion: value }),
    authMode: (turn, { sslContext, value }) => set(turn, sslContext, { authMode: value }),
    ignoreLocalTime: (turn, { sslContext, value }) => set(turn, sslContext, { ignoreLocalTime: value }),
    negotiateTime: (turn, { sslContext, value }) => set(turn, sslContext, { negotiateTime: value }),
    caCert: (turn, { sslContext, value }) => set(turn, sslContext, { caCert: value }),
    clientCert: (turn, { sslContext, value }) => set(turn, sslContext, { clientCert: value }),
    clientKey: (turn, { sslContext, value }) => set(turn, sslContext, { clientKey: value }),
    password: (turn, { sslContext, value }) => set(turn, sslContext, { password: textOf(value) }),
    enableSni: (turn, { sslContext, value }) => set(turn, sslContext, { enableSni: value }),
    ignoreCertCn: (turn, { sslContext, value }) => set(turn, sslContext, { ignoreCertCn: value }),
    useTickets: (turn, { sslContext, value }) => set(turn, sslContext, { useTickets: value }),
    cipherSuites: (turn, { sslContext, value }) =>
      isKnownSuite(turn, value) ? set(turn, sslContext, { cipherSuites: value }) : error,
  },
  certificateDown: {
    download: (turn, { name }, line, data) => {
      turn.effects.push({ type: 'store', line, operation: 'write', name, data })
      return 'withheld'
    },
  },
  certificateList: { execute: (turn, _, line) => store(turn, line, 'list', '') },
  certificateDelete: { remove: (turn, { name }, line) => store(turn, line, 'remove', name) },
  certificateMove: { move: (turn, { name }, line) => store(turn, line, 'move', name) },
}

function set(turn: Turn, index: number, change: Partial<SslContext>): FinalReply {
  turn.sslContexts = turn.sslContexts.map((context, i) => (i === index ? { ...context, ...change } : context))
  return ok
}

const allSuites = 0xffff
const isKnownSuite = (turn: Turn, suite: number): boolean =>
  suite === 0 || suite === allSuites || turn.device.hasCipherSuite(suite)

function contextRow(turn: Turn, index: number): string {
  const context = turn.sslContexts[index]!
  const { row, unsetSuites } = turn.device.profile.tls
  const values = row.map((key) => shown(key, context[properties[key]], unsetSuites))
  return `+CSSLCFG: ${index},${values.join(',')}`
}

/** A suite that was set is shown as it is typed. */
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

/** The store is outside: the result comes when it has answered. */
function store(turn: Turn, line: number, operation: 'list' | 'remove' | 'move', name: string): Reply {
  turn.effects.push({ type: 'store', line, operation, name })
  return 'withheld'
}
