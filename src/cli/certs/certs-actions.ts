import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { isCertificateName } from '../../at/commands/certificate-name.ts'
import { openAuthority } from '../../broker/authority.ts'
import { readWhole } from '../../io/read-file.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'
import { directoryStore } from '../../io/tls/certificate-directory.ts'
import type { CertificateStore } from '../../io/tls/certificate-store.ts'
import { stateFolders } from '../../launch/state-folder.ts'
import { UsageError } from '../../launch/usage-error.ts'

/** The limits of `AT+CCERTDOWN`. */
const longestName = 55
const longestFile = 10_240
const listHint = '"atmqtt certs list" shows what is there'

/** The names in the store, one a line. */
export function listCerts(state: string): string {
  requireState(state)
  const names = inStore(state, (store) => store.list())
  return names.map((name) => `${Buffer.from(name, 'latin1')}\n`).join('')
}

/** Copies a file into the store, under its own name or another. */
export function addCert(state: string, file: string, name = basename(file)): string {
  const [bytes, stored] = [contentsOf(file), newName(name, 'give one with --name')]
  inStore(state, (store) => store.write(stored, bytes))
  return wrote(state, [name])
}

export function removeCert(state: string, name: string): string {
  requireState(state)
  if (inStore(state, (store) => store.remove(bytesAsText(name)))) return `removed ${name}\n`
  throw new UsageError(`There is no ${name} in ${stateFolders(state).certs}: ${listHint}.`)
}

/** Makes a client certificate that the embedded broker accepts, and stores all that §3.4 needs. */
export async function issueCert(state: string, name: string): Promise<string> {
  if (name === '') throw new UsageError('issue needs a name, such as sensor1.')
  const names = ['ca', 'cert', 'key'].map((kind) => `${name}_${kind}.pem`)
  const stored = names.map((each) =>
    newName(each, `choose a name of at most ${longestName - '_cert.pem'.length} bytes`),
  )
  const authority = await openAuthority(stateFolders(state).ca)
  const { certificate, key } = await authority.issueClient(name)
  inStore(state, (store) => {
    for (const [i, pem] of [authority.root, certificate, key].entries()) store.write(stored[i]!, Buffer.from(pem))
  })
  return `${wrote(state, names)}\n${commandLines(names)}`
}

const wrote = (state: string, names: readonly string[]): string =>
  names.map((name) => `wrote ${name} in ${stateFolders(state).certs}\n`).join('')

const commandLines = ([ca, cert, key]: readonly string[]): string =>
  [
    'AT+CSSLCFG="authmode",0,2\n',
    `AT+CSSLCFG="cacert",0,"${ca}"\n`,
    `AT+CSSLCFG="clientcert",0,"${cert}"\n`,
    `AT+CSSLCFG="clientkey",0,"${key}"\n`,
  ].join('')

/** A folder that does not exist is a typing error, not an empty store. */
function requireState(state: string): void {
  if (!existsSync(state)) throw new UsageError(`There is no folder ${state}: give the one the module runs with.`)
}

function inStore<T>(state: string, act: (store: CertificateStore) => T): T {
  const { certs } = stateFolders(state)
  try {
    return act(directoryStore(certs))
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError('invalid', `${certs} can't be used (${errorText(error)}): choose another folder.`, error)
  }
}

function contentsOf(file: string): Uint8Array {
  const bytes = readBytes(file)
  if (bytes.length >= 1 && bytes.length <= longestFile) return bytes
  throw new UsageError(`${file} has ${bytes.length} bytes: the store takes files of 1 to ${longestFile}.`)
}

function readBytes(file: string): Uint8Array {
  try {
    return readWhole(file)
  } catch (error) {
    throw new UsageError(`${file} can't be read (${errorText(error)}): give a .pem or .der file.`)
  }
}

function newName(typed: string, advice: string): string {
  const name = bytesAsText(typed)
  if (isCertificateName(name, 5, longestName)) return name
  throw new UsageError(`${typed} is no name, which has 5 to ${longestName} bytes and ends in .pem or .der: ${advice}.`)
}

/** File names in the store are bytes, one a character, as in the module. */
const bytesAsText = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
