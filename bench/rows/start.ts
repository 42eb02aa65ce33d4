import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execPath } from 'node:process'
import type { Benchmark, Burst } from '../harness/benchmark.ts'

const starts = 15
const anyPort = '127.0.0.1:0'
const module = ['module', '--tcp', anyPort, '--no-pty']
const plainBroker = ['--broker', anyPort]
const bothPorts = [...plainBroker, '--broker-tls', anyPort]

/** (k) */
export const startRows: readonly Benchmark[] = [
  start('version', '`atmqtt --version`, to its line', 1.2, ['--version']),
  start('module', '`atmqtt module` without a broker, to its ready line', 1.7, [
    ...module,
    '--no-broker',
    '--no-broker-tls',
  ]),
  start('broker', '`atmqtt module` with the embedded broker on a plain port, to its ready line', 2.5, [
    ...module,
    ...plainBroker,
    '--no-broker-tls',
  ]),
  start('tls', '`atmqtt module` with the embedded broker, plain and TLS, and a new authority, to its ready line', 2.5, [
    ...module,
    ...bothPorts,
  ]),
  start('tls-kept', 'the same with an authority that was kept (`--state`)', 2, [...module, ...bothPorts, '--state']),
]

function start(name: string, title: string, floor: number, args: readonly string[]): Benchmark {
  return {
    name: `k-start-${name}`,
    title: `${title}; ${starts} starts by turns with the other side. The difference in ms is what atmqtt takes beside Node.`,
    against: '`node -e 0`, to its end.',
    unit: 'ms',
    better: 'lower',
    floor,
    bursts: starts,
    ours: () => ours(args),
    other: async () => () => endOf(['-e', '0']),
  }
}

/** As installed: the first two starts leave the compiled code that later ones take. */
async function ours(args: readonly string[]): Promise<Burst> {
  const state = mkdtempSync(join(tmpdir(), 'atmqtt-bench-'))
  process.once('exit', () => rmSync(state, { recursive: true, force: true }))
  const command = [resolve('bin/atmqtt.js'), ...args, ...(args.at(-1) === '--state' ? [state] : [])]
  await lineOf(command)
  await lineOf(command)
  return () => lineOf(command)
}

/** Until it prints something; it has ended when this settles. */
async function lineOf(command: readonly string[]): Promise<number> {
  const began = performance.now()
  const child = spawn(execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const taken = performance.now() - began
  child.kill()
  await ended
  return taken
}

async function endOf(command: readonly string[]): Promise<number> {
  const began = performance.now()
  await once(spawn(execPath, command, { stdio: 'ignore' }), 'exit')
  return performance.now() - began
}
