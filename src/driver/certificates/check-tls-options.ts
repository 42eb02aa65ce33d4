import type { Modem } from '../commands/modem.ts'
import { CertificateError } from './certificate-error.ts'
import type { PemFiles } from './pem-files.ts'
import type { TlsOptions } from './tls-options.ts'

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
