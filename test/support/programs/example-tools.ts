import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const isThere = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

/** Why programs in C can't be built here: for `test.skipIf`. In CI what is missing fails instead. */
export const ccMissing = ['cc', 'make'].every(isThere) ? undefined : missing('cc and make are', 'gcc make libc6-dev')
/** The same for C++. */
export const cxxMissing = ['g++', 'make'].every(isThere) ? undefined : missing('g++ and make are', 'g++ make')
/** Debian's Python with pytest, and socat. */
export const pytestMissing =
  isThere('socat') && spawnSync('/usr/bin/python3', ['-c', 'import pytest']).status === 0
    ? undefined
    : missing('pytest and socat are', 'python3-pytest socat')
/** The same for socat alone. */
export const socatMissing = isThere('socat') ? undefined : missing('socat is', 'socat')

/** The title of tests that are skipped for a reason. */
export const titled = (title: string, reason: string | undefined): string => (reason ? `${title}: ${reason}` : title)

function missing(what: string, packages: string): string {
  const sentence = `${what} not installed: apt-get install ${packages}`
  if (process.env.CI) throw new Error(sentence)
  return sentence
}
