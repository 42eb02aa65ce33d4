import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder as makeFolders } from '../io/make-folder.ts'
import { readWholeText } from '../io/read-file.ts'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'

export const modes = { secret: 0o600, public: 0o644 } as const

/** Makes the folder and those above it, for this user only. */
export function makeAuthorityFolder(path: string): void {
  attempt(path, 'made', () => makeFolders(path))
}

/** Undefined: there is no such file. */
export function readTextFile(path: string): string | undefined {
  return attempt(path, 'read', () => {
    try {
      return readWholeText(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
}

/** Makes a file in one step unless it is there already, also when several processes try at once. */
function createFile(path: string, text: string, mode: number): void {
  throughTemporary(path, text, mode, (temporary) => {
    try {
      linkSync(temporary, path)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  })
}

/** Makes or replaces a file in one step: a reader finds the old one or the new one. */
export function replaceFile(path: string, text: string, mode: number): void {
  throughTemporary(path, text, mode, (temporary) => renameSync(temporary, path))
}

/** What is in the file. When several processes make it at once, all get what the first one made. */
export async function readOrMake(path: string, mode: number, make: () => Promise<string>): Promise<string> {
  const found = readTextFile(path)
  if (found !== undefined) return found
  createFile(path, await make(), mode)
  return readTextFile(path) ?? ''
}

/** `pem` was read from `path`. */
export function keyIn(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new SetupError('invalid', `${path} is damaged, it holds no private key: ${remedy(path)}.`, error)
  }
}

/** `pem` was read from `path`. */
export function certificateIn(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new SetupError('invalid', `${path} is damaged, it holds no certificate: ${remedy(path)}.`, error)
  }
}

export const remedy = (path: string): string => `restore it, or remove ${dirname(path)} to get a new authority`

function throughTemporary(path: string, text: string, mode: number, place: (temporary: string) => void): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}`)
  attempt(path, 'written', () => {
    try {
      writeFileSync(temporary, text, { flag: 'wx', mode, flush: true })
      place(temporary)
    } finally {
      rmSync(temporary, { force: true })
    }
  })
}

function attempt<T>(path: string, done: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw fileError(error, `${path} can't be ${done}`)
  }
}

function fileError(error: unknown, what: string): SetupError {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SetupError('denied', `${what} by this user: choose a state folder that belongs to you.`, error)
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      return new SetupError('missing', `${what}: a folder above it is missing or is a file.`, error)
    default:
      return new SetupError('invalid', `${what} (${errorText(error)}): choose another state folder.`, error)
  }
}
