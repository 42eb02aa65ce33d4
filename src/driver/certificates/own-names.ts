import { ownFilePrefix } from '../protocol/prompt-cleanup.ts'

/** 128 bits of SHA-256 in hex: nobody finds two files with one name. */
const digits = 32

/** The name of a file, made of what is in it: 43 bytes; the shortest limit of a firmware is 55. */
export async function ownName(content: Uint8Array): Promise<string> {
  return `${ownFilePrefix}${(await digest(content)).slice(0, digits)}.pem`
}

/**
 * The name of a key's password file. Not made of the password: the store is listed to everybody, and a short password
 * can be found from its hash. So what is in it can't be told from its name, and it is written each time.
 */
export const passwordName = (keyName: string, sslContext: number): string =>
  keyName.replace(/\.pem$/, `-${sslContext}.pem`)

/** SHA-256 in hex. WebCrypto is in Node 20 and wherever Web Serial is. */
export async function digest(content: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(content))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
