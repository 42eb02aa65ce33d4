import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeFolder } from '../io/make-folder.ts'
import { isRunning } from '../io/running-process.ts'
import { errorText, SetupError } from '../io/setup-error.ts'

/** A state folder in use. */
export interface StateFolder {
  readonly path: string
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
  try {
    if (given === undefined) return freshFolder(tmpdir())
    const path = resolve(given)
    makeFolder(path)
    return { path, release: () => {} }
  } catch (error) {
    throw new SetupError(
      'denied',
      `The state folder ${given ?? tmpdir()} can't be made (${errorText(error)}): give another one.`,
    )
  }
}

function freshFolder(parent: string): StateFolder {
  removeOrphans(parent)
  const path = mkdtempSync(join(parent, freshPrefix))
  if (fresh.size === 0) process.once('exit', removeFresh)
  fresh.add(path)
  return {
    path,
    release() {
      rmSync(path, { recursive: true, force: true })
      fresh.delete(path)
      if (fresh.size === 0) process.off('exit', removeFresh)
    },
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
