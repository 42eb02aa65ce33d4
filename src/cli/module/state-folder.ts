import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeFolder } from '../../io/make-folder.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'
import { freshPrefix, removeOrphans } from './state-orphans.ts'

/** A state folder in use. */
export interface StateFolder {
  readonly path: string
  /** Removes a folder that was made for this process alone. */
  release(): void
}

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
      `The state folder ${given ?? tmpdir()} can't be made (${errorText(error)}): give --state another one.`,
    )
  }
}

function freshFolder(parent: string): StateFolder {
  removeOrphans(parent)
  const path = mkdtempSync(join(parent, freshPrefix))
  const release = (): void => rmSync(path, { recursive: true, force: true })
  process.once('exit', release)
  return { path, release }
}
