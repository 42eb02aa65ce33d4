import type { TlsBehaviour } from '../../at/profiles/profile.ts'
import type { TlsSettings } from '../../io/net/dialer.ts'
import type { SslContext } from '../core/state.ts'

const initial: SslContext = {
  sslVersion: 4,
  authMode: 0,
  ignoreLocalTime: 1,
  negotiateTime: 300,
  caCert: '',
  clientCert: '',
  clientKey: '',
  password: '',
  enableSni: 0,
  ignoreCertCn: 0,
  useTickets: 0,
  cipherSuites: 0,
}

export const initialSslContexts: readonly SslContext[] = Array.from({ length: 10 }, () => initial)

/** A context as the dialer takes it, for a module that reads certificates so. */
export const tlsSettings = (context: SslContext, { reader, ignoresLocalTimeSetting }: TlsBehaviour): TlsSettings => ({
  sslVersion: context.sslVersion as TlsSettings['sslVersion'],
  authMode: context.authMode as TlsSettings['authMode'],
  ignoreLocalTime: context.ignoreLocalTime === 1 && !ignoresLocalTimeSetting,
  negotiateTimeMs: context.negotiateTime * 1000,
  caCert: context.caCert,
  clientCert: context.clientCert,
  clientKey: context.clientKey,
  password: context.password,
  enableSni: context.enableSni === 1,
  ignoreCertCn: context.ignoreCertCn === 1,
  useTickets: context.useTickets === 1,
  cipherSuites: context.cipherSuites,
  reader,
})
