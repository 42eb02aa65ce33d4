import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from './setup-error.ts'

/**
 * Makes a folder and those above it that are missing, for their owner only. Not with `recursive`: Node 20 then tries for
 * ever where a file system answers ENOENT to every new name, as /proc does. False: it was there.
 */
export function makeFolder(path: string): boolean {
  const error = make(path)
  if (error === undefined || isFolder(path)) return error === undefined
  const above = dirname(path)
  if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '') || above === path) throw error
  makeFolder(above)
  const again = make(path)
  // Another process may have been quicker.
  if (again !== undefined && !isFolder(path)) throw again
  return again === undefined
}

/** The error, if it can't be made. */
function make(path: string): unknown {
  try {
    mkdirSync(path, { mode: 0o700 })
    return undefined
  } catch (error) {
    return error
  }
}

/** Not with `throwIfNoEntry`: below a file it throws before Node 24 and does not from there on. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
