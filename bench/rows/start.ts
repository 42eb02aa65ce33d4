import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execPath } from 'node:process'
import type { Benchmark, Burst } from '../harness/benchmark.ts'

const starts = 15
const rowsOfLog = 1000
/** That a log of `rowsOfLog` rows may take beside a start. */
const explainMs = 60
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

/** `atmqtt explain` of a short log: what it takes beside a start. */
export const explainStart: Benchmark = {
  name: 'k-explain',
  title: `\`atmqtt explain\` of ${rowsOfLog} rows, to its end; ${starts} starts by turns with the other side.`,
  against: `the limit: \`atmqtt --version\`, to its end, and ${explainMs} ms.`,
  unit: 'ms',
  better: 'lower',
  floor: 1,
  bursts: starts,
  ours: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atmqtt-bench-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const log = join(folder, 'session.log')
    writeFileSync(log, logOfPublishes())
    const explain = [resolve('bin/atmqtt.js'), 'explain', log]
    // What this run has compiled is there for the next ones, as long as it ends by itself.
    await endOf(explain)
    return () => endOf(explain)
  },
  other: async () => async () => (await endOf([resolve('bin/atmqtt.js'), '--version'])) + explainMs,
}

/** A session that publishes at QoS 1 until it has as many rows as wanted, as a terminal program saves it. */
function logOfPublishes(): string {
  const opened = ['> AT', '< OK', '> AT+CMQTTSTART', '< OK', '< +CMQTTSTART: 0', '> AT+CMQTTACCQ=0,"device-1"', '< OK']
  const connected = ['> AT+CMQTTCONNECT=0,"tcp://broker.example:1883",60,1', '< OK', '< +CMQTTCONNECT: 0,0']
  const topic = ['> AT+CMQTTTOPIC=0,9', '< >', '> sensors/1', '< OK']
  const payload = ['> AT+CMQTTPAYLOAD=0,6', '< >', '> 21.5 C', '< OK']
  const publish = [...topic, ...payload, '> AT+CMQTTPUB=0,1,60', '< OK', '< +CMQTTPUB: 0,0']
  const begin = [...opened, ...connected]
  return [...begin, ...Array.from({ length: rowsOfLog - begin.length }, (_, i) => publish[i % publish.length])]
    .map(
      (row, i) => `10:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} ${row}\n`,
    )
    .join('')
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
