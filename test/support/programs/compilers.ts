import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const isThere = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

/** Why programs in C can't be built here: for `test.skipIf`. In CI a missing compiler fails instead. */
export const ccMissing = ['cc', 'make'].every(isThere) ? undefined : missing('cc and make are', 'gcc make libc6-dev')

function missing(what: string, packages: string): string {
  const sentence = `${what} not installed: apt-get install ${packages}`
  if (process.env.CI) throw new Error(sentence)
  return sentence
}
