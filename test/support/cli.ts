import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hearProgram } from './run/suite-programs.ts'
import { until } from './until.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const bin = `${root}dist/cli/main.js`

/** A started `atmqtt`, with what it has printed so far. */
export interface Cli {
  readonly child: ChildProcessWithoutNullStreams
  readonly out: () => string
  readonly err: () => string
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number>
}

export interface Ready {
  readonly pty: string | null
  readonly tcp: string | null
  readonly broker: string | null
  readonly brokerTls: string | null
  readonly ca: string | null
  readonly state: string
  readonly control: string | null
}

const running = new Set<ChildProcessWithoutNullStreams>()

/** To be called after each test: what a failed one left behind ends with it. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** For what runs the built program: without it a test would wait for a ready line that never comes. */
export function requireBuild(): void {
  if (!existsSync(bin)) throw new Error('dist is missing: run npm run build')
}

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Cli {
  const cli = watch(spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...env } }))
  hearProgram(args, cli)
  return cli
}

export function watch(child: ChildProcessWithoutNullStreams): Cli {
  requireBuild()
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes))
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes))
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  running.add(child)
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return code as number
  })
  return {
    child,
    out: () => Buffer.concat(out).toString('latin1'),
    err: () => Buffer.concat(err).toString('latin1'),
    ended,
  }
}

/** Runs to its end. */
export async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cli = start(args, env)
  cli.child.stdin.end()
  return { code: await cli.ended, out: cli.out(), err: cli.err() }
}

/** `atmqtt module --json` on free ports and without PTY, unless `args` say otherwise; once it is ready. */
export async function startModule(...args: string[]): Promise<Cli & { readonly ready: Ready }> {
  const free = ['--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--no-broker-tls', '--no-pty']
  const cli = start(['module', '--json', ...free, ...args])
  let hasEnded = false
  void cli.ended.then(() => {
    hasEnded = true
  })
  const line = await until(
    () => cli.out().split('\n').slice(0, -1)[0] ?? (hasEnded ? 'ended' : undefined),
    'ready line',
    45_000,
  )
  if (line === 'ended') throw new Error(`The module has ended: ${cli.err()}`)
  return { ...cli, ready: JSON.parse(line) as Ready }
}

/**
 * The same in this process, one after the other: for what ends by itself: no signal reaches it.
 * Saves the time that a start takes.
 */
export function runHere(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const ended = lastHere.then(() => inThisProcess(args, env))
  lastHere = ended.catch(() => {})
  return ended
}

let lastHere: Promise<unknown> = Promise.resolve()

async function inThisProcess(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { runCommandLine } = await import('../../src/cli/command-line.ts')
  const streams = [process.stdout, process.stderr]
  const [writes, before] = [streams.map(({ write }) => write), { ...process.env }]
  const texts = ['', '']
  for (const [i, stream] of streams.entries())
    stream.write = (text) => {
      texts[i] += Buffer.from(text as string).toString('latin1')
      return true
    }
  Object.assign(process.env, env)
  try {
    const code = await runCommandLine(args)
    return { code, out: texts[0]!, err: texts[1]! }
  } finally {
    for (const [i, stream] of streams.entries()) stream.write = writes[i]!
    // Not a new object: setting TZ would reach nobody then.
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}
