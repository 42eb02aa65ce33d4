import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { errorText, SetupError } from '../io/setup-error.ts'

/** A state folder in use. */
export interface StateFolder {
  readonly path: string
  /** Removes a folder that was made for this process alone. */
  release(): void
}

/** The folder that was asked for, or a fresh one that goes with the process. */
export function openStateFolder(given: string | undefined): StateFolder {
  try {
    if (given === undefined) return freshFolder()
    const path = resolve(given)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return { path, release: () => {} }
  } catch (error) {
    throw new SetupError(
      'denied',
      `The state folder ${given ?? tmpdir()} can't be made (${errorText(error)}): give --state another one.`,
    )
  }
}

function freshFolder(): StateFolder {
  const path = mkdtempSync(join(tmpdir(), 'atmqtt-state-'))
  const release = (): void => rmSync(path, { recursive: true, force: true })
  process.once('exit', release)
  return { path, release }
}
