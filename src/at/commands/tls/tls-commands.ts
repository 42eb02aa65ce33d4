import { certificateName } from '../certificate-name.ts'
import { command, type Form } from '../command.ts'
import { hex16, ints, keyword, named, oneOf, printedAs, secret, text } from '../param.ts'

/** What differs between firmwares in the TLS commands; a profile's data. */
export interface TlsDialect {
  /** The longest file name of `+CSSLCFG`, bytes. */
  readonly maxFileName: number
  /** The longest file name of `+CCERTDOWN`, bytes. */
  readonly maxCertificateName: number
  /** The keys of `+CSSLCFG` beyond those of V1.01. */
  readonly keys: readonly LaterKey[]
  /** The values of the read line, in order. */
  readonly row: readonly SslKey[]
  /** What the read line shows while no cipher suite is set. */
  readonly unsetSuites: '0' | '0x0'
}

type LaterKey = 'password' | 'ignorecertCN' | 'use_tickets' | 'ciphersuites'

export type SslKey =
  | 'sslversion'
  | 'authmode'
  | 'ignorelocaltime'
  | 'negotiatetime'
  | 'cacert'
  | 'clientcert'
  | 'clientkey'
  | 'enableSNI'
  | LaterKey

const sslContext = named('ssl_ctx_index', ints([0, 9]))
const flag = printedAs('(0,1)', oneOf(0, 1))

const setting = <const K extends SslKey, P extends Form['params'][string]>(key: K, value: P) => ({
  params: { key: keyword(key), sslContext, value: named(key.toLowerCase(), value) },
  outcome: 'final' as const,
})

/** `AT+CSSLCFG` and the certificate store. */
export const tlsCommands = (dialect: TlsDialect) => {
  const fileName = certificateName(5, dialect.maxFileName)
  const name = named('filename', certificateName(5, dialect.maxCertificateName))
  const later = (key: LaterKey) => (dialect.keys.includes(key) ? {} : { absent: true })
  const write = {
    show: { params: { sslContext }, outcome: 'final' as const, changes: 'nothing' as const },
    sslVersion: setting('sslversion', ints([0, 4])),
    authMode: setting('authmode', ints([0, 3])),
    ignoreLocalTime: setting('ignorelocaltime', flag),
    negotiateTime: setting('negotiatetime', ints([10, 300])),
    caCert: setting('cacert', fileName),
    clientCert: setting('clientcert', fileName),
    clientKey: setting('clientkey', fileName),
    password: { ...setting('password', secret(text(5, dialect.maxFileName))), ...later('password') },
    enableSni: setting('enableSNI', flag),
    ignoreCertCn: { ...setting('ignorecertCN', flag), ...later('ignorecertCN') },
    useTickets: { ...setting('use_tickets', flag), ...later('use_tickets') },
    cipherSuites: { ...setting('ciphersuites', hex16), ...later('ciphersuites') },
  }
  return {
    sslContexts: command({
      name: '+CSSLCFG',
      title: 'Configure an SSL context',
      cite: 'general',
      maxResponseMs: 120_000,
      test: settingLines(write),
      read: { row: '<ssl_ctx_index>,<sslversion>,<authmode>,…', secret: true },
      write,
    }),
    certificateDown: command({
      name: '+CCERTDOWN',
      changes: 'files',
      title: 'Put a certificate or key into the store',
      cite: 'general',
      effort: 'storage',
      maxResponseMs: 120_000,
      test: 'derived',
      write: {
        download: {
          params: { name, length: named('len', ints([1, 10_240])) },
          prompt: 'length',
          data: 'bytes',
          secret: true,
          outcome: 'final',
        },
      },
    }),
    certificateList: command({
      name: '+CCERTLIST',
      title: 'List the store',
      cite: 'general',
      test: [],
      execute: { outcome: 'final' },
    }),
    certificateDelete: command({
      name: '+CCERTDELE',
      changes: 'files',
      title: 'Delete a file of the store',
      cite: 'general',
      effort: 'storage',
      test: [],
      write: { remove: { params: { name }, outcome: 'final' } },
    }),
    certificateMove: command({
      name: '+CCERTMOVE',
      changes: 'files',
      title: 'Move a file of the file system into the store',
      cite: 'general',
      effort: 'storage',
      test: ['"FILENAME"'],
      write: { move: { params: { name }, outcome: 'final' } },
    }),
  }
}

/** `"<key>",(0-9),<range>` for each key that the firmware has. */
function settingLines(write: Readonly<Record<string, Form>>): readonly string[] {
  return Object.values(write)
    .filter(({ params, absent }) => !absent && 'key' in params)
    .map(({ params }) => `${params.key!.testForm},(0-9),${params.value!.testForm}`)
}

export type TlsCommands = ReturnType<typeof tlsCommands>
