import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

/** What the system tells in files; undefined: it is not there, or this user may not see it. */
export const fileText = (path: string): string | undefined => attempt(() => readFileSync(path, 'utf8').trim())
export const linkTarget = (path: string): string | undefined => attempt(() => readlinkSync(path))
export const realPath = (path: string): string | undefined => attempt(() => realpathSync(path))
export const filesIn = (folder: string): readonly string[] | undefined => attempt(() => readdirSync(folder))

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
