import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeFolder } from '../io/make-folder.ts'
import { isRunning } from '../io/running-process.ts'
import { errorText, SetupError } from '../io/setup-error.ts'
import { directoryStore } from '../io/tls/certificate-directory.ts'
import type { CertificateStore } from '../io/tls/certificate-store.ts'

/** A state folder in use. */
export interface StateFolder {
  /** A fresh one is made when this is asked for. Throws a `SetupError`. */
  readonly path: string
  readonly isMade: boolean
  /** Removes a folder that was made for this process alone. */
  release(): void
}

/** What is where in a state folder. */
export const stateFolders = (state: string) => ({
  /** The module's certificates and keys. */
  certs: join(state, 'certs'),
  /** The module's file system, from which `AT+CCERTMOVE` takes. */
  files: join(state, 'files'),
  /** The embedded broker's certificate authority. */
  ca: join(state, 'ca'),
})

/** The folder that was asked for, or a fresh one that goes with the process. */
export function openStateFolder(given: string | undefined): StateFolder {
  if (given === undefined) {
    removeOrphansNow(tmpdir())
    return new FreshFolder()
  }
  const path = resolve(given)
  orSetupError(given, () => makeFolder(path))
  return { path, isMade: true, release: () => {} }
}

function orSetupError<T>(folder: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new SetupError('denied', `The state folder ${folder} can't be made (${errorText(error)}): give another one.`)
  }
}

/** Most modules of a test never keep a file: a folder that nobody asks for is not made. */
class FreshFolder implements StateFolder {
  #path: string | undefined
  #released = false

  get path(): string {
    if (this.#path === undefined && !this.#released) this.#path = orSetupError(tmpdir(), () => freshFolder(tmpdir()))
    return this.#path ?? join(tmpdir(), `${freshPrefix}released`)
  }

  get isMade(): boolean {
    return this.#path !== undefined
  }

  release(): void {
    this.#released = true
    if (this.#path === undefined || !fresh.delete(this.#path)) return
    rmSync(this.#path, { recursive: true, force: true })
    if (fresh.size === 0) process.off('exit', removeFresh)
  }
}

function freshFolder(parent: string): string {
  const path = mkdtempSync(join(parent, freshPrefix))
  if (fresh.size === 0) process.once('exit', removeFresh)
  fresh.add(path)
  const { certs, files } = stateFolders(path)
  for (const folder of [certs, files]) makeFolder(folder)
  return path
}

/** The store in one of the folders. Looking into one that is not made does not make it. */
export function storeIn(state: StateFolder, which: 'certs' | 'files'): CertificateStore {
  let opened: CertificateStore | undefined
  const open = (): CertificateStore => {
    opened ??= directoryStore(stateFolders(state.path)[which])
    return opened
  }
  if (state.isMade) return open()
  return {
    list: () => (state.isMade ? open().list() : []),
    read: (name) => (state.isMade ? open().read(name) : undefined),
    write: (name, bytes) => open().write(name, bytes),
    remove: (name) => state.isMade && open().remove(name),
  }
}

/** Those of this process that are still in use; one listener for all of them, however many modules there are. */
const fresh = new Set<string>()

function removeFresh(): void {
  for (const path of fresh) rmSync(path, { recursive: true, force: true })
}

/**
 * Identifies the PID namespace: this machine since its last boot, and this container. A folder for
 * temporary files may be shared with other machines or containers, whose processes we can't see.
 */
const numbering = createHash('sha256')
  .update([hostname(), read('/proc/sys/kernel/random/boot_id'), linked('/proc/self/ns/pid')].join('\n'))
  .digest('hex')
  .slice(0, 8)

/** The prefix of a fresh state folder: the name alone says which process owns it, from the moment it is created. */
export const freshPrefix = `atmqtt-state-${numbering}-${process.pid}-`

const freshName = new RegExp(`^atmqtt-state-${numbering}-(\\d+)-`)

/** In a folder of many thousand files it takes as long as all else of a start. */
const leastMsBetweenLooks = 60_000
const lookedAt = new Map<string, number>()

/** Looks no more than once a minute: a process may start modules by the hundred. */
function removeOrphansNow(parent: string): void {
  const now = performance.now()
  if (now - (lookedAt.get(parent) ?? Number.NEGATIVE_INFINITY) < leastMsBetweenLooks) return
  lookedAt.set(parent, now)
  removeOrphans(parent)
}

/** Removes fresh state folders, with their keys, whose process was killed. Failures are ignored: the module starts all the same. */
export function removeOrphans(parent: string): void {
  for (const name of orphansIn(parent))
    try {
      rmSync(join(parent, name), { recursive: true, force: true })
    } catch {
      // Another process is removing it too, or its files belong to another user.
    }
}

function orphansIn(parent: string): readonly string[] {
  try {
    return readdirSync(parent).filter((name) => isOrphan(parent, name))
  } catch {
    // The folder may be writable but not readable.
    return []
  }
}

function isOrphan(parent: string, name: string): boolean {
  const pid = freshName.exec(name)?.[1]
  if (pid === undefined || isRunning(Number(pid))) return false
  const found = lstatSync(join(parent, name), { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not Linux: the host name is all there is.
    return ''
  }
}

function linked(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
