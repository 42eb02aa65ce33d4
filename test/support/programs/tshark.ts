import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'tshark'))
  .find((path) => existsSync(path))

/** Why tests with tshark can't run here: for `test.skipIf`. In CI a missing one fails instead. */
export const tsharkMissing = executable ? undefined : missing()

/** Values of fields, a row a packet that the filter lets pass; every checksum is verified. */
export function dissect(file: string, filter: string, fields: readonly string[]): readonly (readonly string[])[] {
  const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE']
  const atLines = ['-o', 'uat:user_dlts:"User 0 (DLT=147)","data","0","","0",""']
  const wanted = fields.flatMap((field) => ['-e', field])
  const args = ['-r', file, ...checks, ...atLines, '-Y', filter, '-T', 'fields', '-E', 'separator=/t', ...wanted]
  const text = execFileSync(executable ?? 'tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return text
    .split('\n')
    .filter(Boolean)
    .map((row) => row.split('\t'))
}

function missing(): string {
  const sentence = 'tshark is not installed: apt-get install tshark'
  if (process.env.CI) throw new Error(sentence)
  return sentence
}
