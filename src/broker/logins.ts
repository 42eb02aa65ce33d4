import { createHash, timingSafeEqual } from 'node:crypto'
import type { Aedes, AuthErrorCode, AuthenticateError } from 'aedes'

/** Passwords by user name. */
export type Logins = ReadonlyMap<string, string> | Readonly<Record<string, string>>

const badUserNameOrPassword: AuthErrorCode.BAD_USERNAME_OR_PASSWORD = 4

/** What aedes asks about every CONNECT. Takes as long for an unknown name as for a wrong password. */
export function loginCheck(logins: Logins): Aedes['authenticate'] {
  const digests = passwordDigests(logins)
  const nobody = digest('')
  return (_client, username, password, done) => {
    const expected = digests.get(username ?? '')
    const equal = timingSafeEqual(expected ?? nobody, digest(password ?? ''))
    if (expected && password && equal) done(null, true)
    else done(refusal(), null)
  }
}

function passwordDigests(logins: Logins): ReadonlyMap<string, Buffer> {
  const entries = logins instanceof Map ? [...logins] : Object.entries(logins)
  return new Map(entries.map(([name, password]) => [name, digest(password)]))
}

function digest(password: string | Uint8Array): Buffer {
  return createHash('sha256').update(password).digest()
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('bad user name or password'), { returnCode: badUserNameOrPassword })
}
