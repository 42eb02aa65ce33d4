import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseTranscript } from '../../../src/transcript/language/parse.ts'
import { type Cli, watch } from '../cli.ts'
import { until } from '../until.ts'
import { narrowed, otherEnds, serving } from './assumptions.ts'
import { playControl } from './control-block.ts'
import { type Block, commandsIn } from './read-blocks.ts'
import type { Stage } from './stage.ts'
import { typeSession } from './typed-session.ts'

const limitMs = 30_000

/** `shown`: what the page shows as its output. */
type Run = (block: Block, stage: Stage, shown: string) => Promise<void> | void

/** How a block of each language is run. */
export const runs: Readonly<Record<string, Run>> = {
  sh: async (block, stage) => {
    for (const command of commandsIn(block)) await runCommand(command, stage)
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

/** Runs a line as a shell does; one that serves is ended when it is ready. */
export async function runCommand(command: string, stage: Stage): Promise<void> {
  const [, ready] = serving.find(([pattern]) => pattern.test(command)) ?? []
  const part = narrowed.reduce((so, [pattern, narrower]) => so.replace(pattern, narrower), command)
  // A module has ports of its own.
  const own = part.startsWith('atmqtt module') ? part.replaceAll('127.0.0.1:1883', '127.0.0.1:0') : part
  const line = stage.here(own)
  const program = start('sh', ['-c', ready ? `exec ${line}` : line], stage)
  if (ready) await serve(program, ready, command, stage)
  const code = otherEnds.find(({ has }) => command.includes(has))?.code ?? 0
  expect(await ends(program), `${line}\n${program.out()}${program.err()}`).toBe(code)
}

/** A recording that plays the module needs its host; a module is told to end. */
async function serve(program: Cli, ready: RegExp, command: string, stage: Stage): Promise<void> {
  let code: number | undefined
  void program.ended.then((ended) => (code = ended))
  const printed = () => program.out() + program.err()
  await until(() => ready.test(printed()) || code !== undefined, command, limitMs).catch((error: Error) => {
    throw new Error(`${error.message}: ${printed()}`)
  })
  if (code !== undefined) return
  if (command.includes('--as-module')) await runCommand('./my-program --modem /tmp/ttyAT0', stage)
  else program.child.kill('SIGTERM')
}

/** Runs a compiled or given program of a page to its end. */
export async function finish(program: string, args: readonly string[], stage: Stage): Promise<void> {
  const started = start(program, args, stage)
  expect(await ends(started), `${started.out()}${started.err()}`).toBe(0)
}

function start(program: string, args: readonly string[], { folder, env }: Stage): Cli {
  const child = watch(spawn(program, args, { cwd: folder, env: { ...env } }))
  child.child.stdin.end()
  return child
}

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
