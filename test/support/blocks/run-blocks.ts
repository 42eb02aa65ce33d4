import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseTranscript } from '../../../src/transcript/language/parse.ts'
import { type Cli, watch } from '../cli.ts'
import { until } from '../until.ts'
import { narrowed, otherEnds, type Person, serving, typedInto } from './assumptions.ts'
import { playControl } from './control-block.ts'
import { type Block, commandsIn } from './read-blocks.ts'
import type { Stage } from './stage.ts'
import { typeSession } from './typed-session.ts'

const limitMs = 120_000

/** `shown`: what the page shows as its output. */
type Run = (block: Block, stage: Stage, shown: string) => Promise<void> | void

/** How a block of each language is run. */
export const runs: Readonly<Record<string, Run>> = {
  sh: async (block, stage) => {
    await runCommands(commandsIn(block), stage)
  },
  py: async ({ text, file, line }, stage) => {
    const path = stage.write(file ?? `block_${line}.py`, stage.here(text))
    const isTest = /^def test_/m.test(text)
    await finish('/usr/bin/python3', isTest ? ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', path] : [path], stage)
  },
  c: async ({ text, file, line }, stage) => {
    const path = stage.write(file ?? `block-${line}.c`, stage.here(text))
    const program = path.replace(/\.c$/, '')
    await finish('cc', ['-std=c99', '-Wall', '-Werror', '-o', program, path], stage)
    await finish(program, [stage.env.ATMQTT_PTY!], stage)
  },
  json: ({ text, file }, stage) => {
    if (file !== undefined) stage.write(file, stage.here(text))
    for (const each of jsonIn(text)) JSON.parse(each)
  },
  at: async ({ text, kind, page }, stage, shown) => {
    if (kind !== 'typed') expect(parseTranscript(text, page).steps.length).toBeGreaterThan(0)
    else await typeSession(stage.here(text), stage.module, stage.here(shown))
  },
  control: ({ text }, stage) => playControl(text, stage.module.control!),
}

/** One value, or one a line. */
function jsonIn(text: string): readonly string[] {
  const lines = text.trim().split('\n')
  return lines.length > 1 && lines.every((line) => /^\{.*\}$/.test(line)) ? lines : [text]
}

/** Runs commands as one shell does, which stops at the first that ends otherwise than it should. */
export async function runCommands(commands: readonly string[], stage: Stage): Promise<void> {
  const at = commands.findIndex((command) => servingLike(command))
  if (at < 0) return finish('sh', ['-c', scriptOf(commands, stage)], stage, typedTo(commands))
  if (at > 0) await runCommands(commands.slice(0, at), stage)
  const line = here(commands[at]!, stage)
  const program = start('sh', ['-c', `exec ${line}`], stage)
  program.child.stdin.end()
  await serve(program, commands[at]!, stage)
  expect(await ends(program), `${line}\n${program.out()}${program.err()}`).toBe(0)
  if (at + 1 < commands.length) await runCommands(commands.slice(at + 1), stage)
}

const servingLike = (command: string) => serving.find(([pattern]) => pattern.test(command))
const typedTo = (commands: readonly string[]) =>
  typedInto.find(({ has }) => commands.some((each) => each.includes(has)))

/** A command that looks at the exit code gets that of the one before. */
const scriptOf = (commands: readonly string[], stage: Stage): string =>
  commands
    .map((command, i) => {
      if (commands[i + 1]?.includes('$?')) return here(command, stage)
      const code = otherEnds.find(({ has }) => command.includes(has))?.code ?? 0
      return `${here(command, stage)}\nended=$?; [ $ended -eq ${code} ] || { echo "exit code $ended" >&2; exit 1; }`
    })
    .join('\n')

function here(command: string, stage: Stage): string {
  const part = narrowed.reduce((so, [pattern, narrower]) => so.replace(pattern, narrower), command)
  // A module has ports of its own.
  return stage.here(part.startsWith('atmqtt module') ? part.replaceAll('127.0.0.1:1883', '127.0.0.1:0') : part)
}

/** A recording that plays the module needs its host; a module is told to end. */
async function serve(program: Cli, command: string, stage: Stage): Promise<void> {
  const [, ready] = servingLike(command)!
  let code: number | undefined
  void program.ended.then((ended) => (code = ended))
  const printed = () => program.out() + program.err()
  await until(() => ready.test(printed()) || code !== undefined, command, limitMs).catch((error: Error) => {
    throw new Error(`${error.message}: ${printed()}`)
  })
  if (code !== undefined) return
  if (command.includes('--as-module')) await runCommands(['./my-program --modem /tmp/ttyAT0'], stage)
  else program.child.kill('SIGTERM')
}

/** Runs a program to its end; with somebody at it who types, until it has answered. */
export async function finish(program: string, args: readonly string[], stage: Stage, person?: Person): Promise<void> {
  const started = start(program, args, stage)
  if (person) {
    started.child.stdin.write(person.typed)
    await until(() => started.out().includes(person.answer), `${args}: ${started.err()}`, limitMs)
  }
  started.child.stdin.end()
  expect(await ends(started), `${args.join(' ')}\n${started.out()}${started.err()}`).toBe(0)
}

const start = (program: string, args: readonly string[], { folder, env }: Stage): Cli =>
  watch(spawn(program, args, { cwd: folder, env: { ...env } }))

async function ends({ child, ended, out, err }: Cli): Promise<number | string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const code = await ended
  clearTimeout(timer)
  return child.signalCode === 'SIGKILL' ? `not within ${limitMs} ms: ${out()}${err()}` : code
}

/** A program of a page that was checked and compiled into `built`. */
export async function runProgram({ text }: Block, built: string, stage: Stage): Promise<void> {
  if (/ from '(?:vitest|atmqtt\/testing\/vitest)'/.test(text)) {
    const vitest = join(stage.folder, 'node_modules', 'vitest', 'vitest.mjs')
    await finish(process.execPath, [vitest, 'run', '--root', stage.folder, built], stage)
  } else await finish(process.execPath, [...(text.includes("'node:test'") ? ['--test'] : []), built], stage)
}
