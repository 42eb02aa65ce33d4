import { firstValue } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import type { TlsOptions } from './tls-options.ts'

/** A clock that was never set shows a year long gone, or one so far that it is: two digits, 70 is 1970. */
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
