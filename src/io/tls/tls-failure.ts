import { errorCode, errorText } from '../setup-error.ts'
import type { TlsRefusal } from './tls-context.ts'

/** What OpenSSL says when the peer speaks something else. */
const noTls = new Set(['wrong version number', 'packet length too long', 'record too small', 'http request'])
const noCommonVersion = new Set([
  'unsupported protocol',
  'no protocols available',
  'version too low',
  'version too high',
])

/** Alerts (RFC 8446, 6.2) that say something about the client, in words. */
const alerts: Readonly<Record<string, string>> = {
  'bad certificate': 'it does not accept the client certificate',
  'unsupported certificate': 'it does not accept the client certificate',
  'certificate revoked': 'it holds the client certificate for revoked',
  'certificate expired': 'it holds the client certificate for expired',
  'certificate unknown': 'it does not accept the client certificate',
  'certificate required': 'it wants a client certificate, and none was sent',
  'unknown ca': 'it does not trust who issued the client certificate',
  'access denied': 'it does not let this client in',
  'protocol version': 'no TLS version in common',
  'insufficient security': 'no cipher suite in common that it finds strong enough',
  'handshake failure': 'no cipher suite in common, or it misses a client certificate',
  'unrecognized name': 'it does not know the host name',
}

/** Whether OpenSSL, not the socket, reports an error: an alert of the peer, or something that is no proper TLS. */
export const isTlsError = (error: unknown): boolean => /^(ERR_(SSL|OSSL|TLS)_|EPROTO$)/.test(errorCode(error) ?? '')

/** What an error in a handshake means; `answered`: the peer has sent a TLS record before. */
export function tlsFailure(error: unknown, host: string, answered: boolean): TlsRefusal {
  if (isTlsError(error)) {
    const reason = !answered && noTls.has(reasonOf(error)) ? 'notTls' : 'tls'
    return { reason, detail: `no TLS with ${host}: ${inWords(error)}` }
  }
  const how = errorCode(error) === 'ECONNRESET' ? 'the peer closed or reset the connection' : errorText(error)
  return { reason: answered ? 'tlsCut' : 'tlsClosed', detail: `no TLS with ${host}: ${how} during the handshake` }
}

function inWords(error: unknown): string {
  const reason = reasonOf(error)
  const alert = /alert (?:number \d+|(.+))$/.exec(reason)?.[1]
  if (alert !== undefined) return `the server refused with the alert "${alert}"${explained(alerts[alert])}`
  if (noTls.has(reason)) return `what the peer sends is no TLS (${reason})`
  if (noCommonVersion.has(reason)) return `no TLS version in common (${reason})`
  return reason
}

const explained = (words: string | undefined): string => (words === undefined ? '' : `: ${words}`)

/** OpenSSL's reason without its numbers: `tlsv1 alert unknown ca`. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason
  return /:SSL routines:[^:]*:([^:]+)/.exec(errorText(error))?.[1] ?? errorText(error)
}
