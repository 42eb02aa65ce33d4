import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { isCertificateName } from '../../at/commands/certificate-name.ts'
import { makeFolder } from '../make-folder.ts'
import { isRunning } from '../running-process.ts'
import { errorCode, errorText, SetupError } from '../setup-error.ts'
import type { CertificateStore } from './certificate-store.ts'

const temporaryName = /^\.(\d+)-[0-9a-f]{12}\.tmp$/
/** Nobody writes a file of 10 KB for so long. */
const leftoverAfterMs = 60_000
/** Files that are put there by hand: a whole collection of roots fits. */
const mostBytes = 1 << 20

/**
 * The files of a folder, which is made, for its owner only, if need be. Nothing is kept in memory: what other processes
 * do shows at the next call. Files that are no certificate names are not there. Throws a `SetupError`.
 */
export function directoryStore(folder: string): CertificateStore {
  try {
    if (!makeFolder(folder)) removeLeftovers(folder)
  } catch (error) {
    throw new SetupError('denied', `${folder} can't be used (${errorText(error)}): choose another folder.`, error)
  }
  return new DirectoryStore(folder)
}

class DirectoryStore implements CertificateStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  list(): readonly string[] {
    return readdirSync(this.#folder)
      .filter((name) => isCertificateName(name) && isFile(join(this.#folder, name)))
      .sort()
  }

  read(name: string): Uint8Array | undefined {
    if (!isCertificateName(name)) return undefined
    return unlessMissing(() => readRegular(join(this.#folder, name)))
  }

  /** Under another name first, and flushed before it takes the place of the old one. */
  write(name: string, bytes: Uint8Array): void {
    if (!isCertificateName(name)) throw new SetupError('invalid', `"${name}" can't be the name of a certificate`)
    const temporary = join(this.#folder, `.${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
    try {
      writeFlushed(temporary, bytes)
      renameSync(temporary, join(this.#folder, name))
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    flush(this.#folder)
  }

  remove(name: string): boolean {
    const path = join(this.#folder, name)
    if (!isCertificateName(name) || !isFile(path)) return false
    return unlessMissing(() => unlinkSync(path) ?? true) ?? false
  }
}

/** Never waits: what is no regular file, a pipe above all, is not there. */
function readRegular(path: string): Uint8Array | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { size } = fstatSync(fd)
    return fstatSync(fd).isFile() && size <= mostBytes ? readFileSync(fd) : undefined
  } finally {
    closeSync(fd)
  }
}

function writeFlushed(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function flush(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const isFile = (path: string): boolean => unlessMissing(() => statSync(path).isFile()) ?? false

/** Of writers that were killed. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = temporaryName.exec(name)?.[1]
    if (pid === undefined) continue
    const path = join(folder, name)
    if (!isRunning(Number(pid)) || isOld(path)) removeIfAllowed(path)
  }
}

/** It may be another user's; it is in nobody's way. */
function removeIfAllowed(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // The next one to open the folder tries again.
  }
}

const isOld = (path: string): boolean =>
  unlessMissing(() => Date.now() - statSync(path).mtimeMs > leftoverAfterMs) ?? false

/** Another process may have taken the file away meanwhile. */
function unlessMissing<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
