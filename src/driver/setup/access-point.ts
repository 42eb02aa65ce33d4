import type { Modem } from '../commands/modem.ts'
import { OnlineError } from '../protocol/errors.ts'

export interface AccessPoint {
  /** The provider's name for its way into the internet. */
  readonly apn?: string
  /** Where the access point wants a login. */
  readonly apnUser?: string
  /** Needs `apnUser`. */
  readonly apnPassword?: string
}

const pap = 1

/** Sets APN and login of context 1, where they differ from what is set. They count from the next attach. */
export async function setAccessPoint(modem: Modem, { apn, apnUser, apnPassword }: AccessPoint): Promise<void> {
  if (apnPassword !== undefined && apnUser === undefined)
    throw new OnlineError('apnRefused', 'apnPassword needs apnUser: give both, or none.')
  const changed = apn !== undefined && (await defineContext(modem, apn))
  if (apnUser !== undefined) await authenticate(modem, apnUser, apnPassword ?? '')
  if (changed || apnUser !== undefined) await attachAnew(modem)
}

async function defineContext(modem: Modem, apn: string): Promise<boolean> {
  const lines = await modem.general.define.read()
  if (lines.some((line) => line.startsWith(`+CGDCONT: 1,"IP","${apn}"`))) return false
  try {
    await modem.general.define({ cid: 1, type: 'IP', apn })
  } catch (error) {
    throw new OnlineError('apnRefused', `The module refuses the APN ${JSON.stringify(apn)}: check its name.`, error)
  }
  return true
}

/** The manual's order: password first. */
async function authenticate(modem: Modem, user: string, password: string): Promise<void> {
  const bad = [...user, ...password].some((character) => character < ' ' || character === '"' || character === '\x7f')
  if (bad)
    throw new OnlineError('apnRefused', "The APN's user name and password can't hold quotes or control characters.")
  try {
    await modem.command(`AT+CGAUTH=1,${pap},"${password}","${user}"`)
  } catch (error) {
    throw new OnlineError(
      'apnRefused',
      'The module refuses the login of the APN: check apnUser and apnPassword.',
      error,
    )
  }
}

/** Not every module detaches; one that does not takes the APN up at its next start. */
async function attachAnew(modem: Modem): Promise<void> {
  const limits = { finalMs: 60_000 }
  await modem.command('AT+CGATT=0', limits).catch(() => {})
  await modem.command('AT+CGATT=1', limits).catch(() => {})
}
