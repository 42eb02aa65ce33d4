import { firstValue } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import { CertificateError } from './certificate-error.ts'
import type { PemFiles } from './pem-files.ts'
import type { TlsOptions } from './tls-options.ts'

/** Two-digit years that a set clock can show. One that was never set shows an earlier year, or 70 for 1970. */
const years = { from: 26, to: 69 }

/** Whether the module's clock may be right: the dates of certificates can be checked. */
export async function clockIsSet(modem: Modem): Promise<boolean> {
  const lines = await modem.general.clock.read().catch((error: unknown) => {
    if (modem.chat.closed) throw error
    return []
  })
  const year = Number(/^"(\d\d)\//.exec(firstValue(lines))?.[1])
  return year >= years.from && year <= years.to
}

/** The server's chain must lead to a `ca`. */
export const verifiesServer = ({ ca, rejectUnauthorized }: TlsOptions): boolean =>
  ca !== undefined && rejectUnauthorized !== false

/** What is missing, in sentences; `''`: nothing. */
export function warningOf(tlsOptions: TlsOptions, clockIsMissing: boolean): string {
  if (!verifiesServer(tlsOptions)) return unverified(tlsOptions)
  return clockIsMissing ? unchecked : ''
}

const unchecked =
  "The dates of the server's certificates are not checked: the module's clock is not set. Set it with AT+CTZU=1 or AT+CCLK."

function unverified({ ca }: TlsOptions): string {
  const why = ca === undefined ? 'give the authority that issued its certificate as ca' : 'rejectUnauthorized is false'
  return `The server is not verified, anybody in between can read and change everything: ${why}.`
}

/** Whether a host is an IP address and no name. */
export const isAddress = (host: string): boolean => /^\d+(\.\d+){3}$/.test(host) || host.includes(':')

/** Throws a `CertificateError` for what the module can't do. */
export function checkTlsOptions(modem: Modem, tlsOptions: TlsOptions, files: PemFiles): void {
  const { host, servername, ca, rejectUnauthorized, negotiateTime = 300 } = tlsOptions
  if (rejectUnauthorized === true && ca === undefined)
    throw new CertificateError(
      'incomplete',
      'rejectUnauthorized needs ca: the module has no authorities of its own, so give the one that issued the certificate of the server.',
    )
  if (servername !== undefined && servername !== '' && servername.toLowerCase() !== host.toLowerCase())
    throw notSupported(`servername can't be ${JSON.stringify(servername)}: the module sends the host of the URL.`)
  if (files.password && !modem.profile.tls.keys.includes('password'))
    throw notSupported(
      `key is encrypted and this firmware (${modem.profile.name}) can't open it: decrypt it with openssl pkey.`,
    )
  if (!Number.isInteger(negotiateTime) || negotiateTime < 10 || negotiateTime > 300)
    throw notSupported('negotiateTime must be a whole number of seconds from 10 to 300.')
}

const notSupported = (message: string): CertificateError => new CertificateError('notSupported', message)
