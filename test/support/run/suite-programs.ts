import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { suiteSecrets } from './suite-secrets.ts'

interface Program {
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<unknown>
}

/** Options of `atmqtt` that name a file for what goes over the lines. */
const files = ['--trace', '--to', '--pcapng']

/** An `atmqtt` in a process of its own: when it has ended, what it printed and wrote is told, and its keys are kept. */
export function hearProgram(args: readonly string[], program: Program): void {
  const command = args[0] ?? 'atmqtt'
  for (const login of valuesOf(args, '--broker-user')) suiteSecrets.keep(/:(.*)$/s.exec(login)?.[1] ?? '')
  for (const value of valuesOf(args, '--set')) if (value.startsWith('password=')) suiteSecrets.keep(value.slice(9))
  program.ended.then(() => {
    for (const folder of valuesOf(args, '--state')) keepKeysIn(folder)
    suiteSecrets.tell(`standard error of ${command}`, program.err())
    // On standard input and output there may be a line of the module, which echoes what is typed.
    if (!args.includes('--stdio')) suiteSecrets.tell(`standard output of ${command}`, program.out())
    if (args.includes('--no-redact')) return
    for (const option of files)
      for (const file of valuesOf(args, option))
        if (isRegular(file)) suiteSecrets.tell(`the file of ${option}`, readFileSync(file, 'latin1'))
  })
}

const valuesOf = (args: readonly string[], option: string): readonly string[] =>
  args.flatMap((word, i) => (word === option && args[i + 1] !== undefined ? [args[i + 1]!] : []))

function keepKeysIn(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name)
    if (name.endsWith('.pem') && statSync(file).isFile()) suiteSecrets.keepKeys(readFileSync(file, 'utf8'))
  }
}

/** A device such as /dev/full has no end. */
const isRegular = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true
