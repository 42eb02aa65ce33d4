import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openAuthority } from '../../../src/broker/authority.ts'
import { startMosquitto } from '../../support/programs/mosquitto.ts'
import { type SizeRun, sizeRuns } from './scenarios.ts'

const folder = join(process.cwd(), '.cache', 'fleet-size')
const sampleMs = 30_000

/** Runs `atmqtt fleet run` at that size; the reports are left in `.cache/fleet-size`. The exit code. */
export async function runSize(name: string, modules?: number): Promise<number> {
  const size = sizeRuns[name]
  if (!size) {
    const names = Object.entries(sizeRuns).map(([each, { what }]) => `  ${each}: ${what}`)
    process.stderr.write(
      `npm run fleet -- size: give a name, and a number of modules if it is to be another.\n${names.join('\n')}\n`,
    )
    return 2
  }
  mkdirSync(folder, { recursive: true })
  process.stdout.write(`${size.what}\n${new Date().toISOString()}\n`)
  const total = modules ?? size.modules
  const codes = await Promise.all(
    Array.from({ length: size.servers }, (_, part) =>
      runPart(size, `${name}${size.servers > 1 ? `-${part + 1}` : ''}`, partOf(total, part, size.servers)),
    ),
  )
  return Math.max(...codes)
}

const partOf = (total: number, part: number, parts: number): number =>
  Math.floor(((part + 1) * total) / parts) - Math.floor((part * total) / parts)

async function runPart(size: SizeRun, name: string, modules: number): Promise<number> {
  const file = (end: string): string => join(folder, `${name}.${end}`)
  const tls = size.tls ? await certificates(file) : ''
  const server = await startMosquitto(`log_type none\nmax_queued_messages 0\n${tls}`)
  writeFileSync(file('yaml'), size.scenario(modules, file('ca.pem')))
  const url = `${size.tls ? 'mqtts' : 'mqtt'}://${server.address}`
  const options = ['--broker', url, '--shards', `${size.processes}`, '--json', file('json'), '--html', file('html')]
  const child = spawn(process.execPath, ['dist/cli/main.js', 'fleet', 'run', file('yaml'), ...options], {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  const timer = setInterval(() => process.stdout.write(sample(name, child)), sampleMs)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearInterval(timer)
  await server.stop()
  return code ?? 3
}

/** Lines of mosquitto's configuration, for files that are made. */
async function certificates(file: (end: string) => string): Promise<string> {
  const authority = await openAuthority(file('authority'))
  const { certificate, key } = await authority.server('127.0.0.1')
  writeFileSync(file('ca.pem'), authority.root)
  writeFileSync(file('server.pem'), certificate)
  writeFileSync(file('server.key'), key, { mode: 0o600 })
  return `certfile ${file('server.pem')}\nkeyfile ${file('server.key')}\n`
}

/** Memory and descriptors of the processes that a run has started. */
function sample(name: string, { pid }: ChildProcess): string {
  const shards = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  const kilobytes = shards.map((each) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1]),
  )
  const open = shards.map((each) => readdirSync(`/proc/${each}/fd`).length)
  const sum = (all: readonly number[]): number => all.reduce((one, other) => one + other, 0)
  return `${new Date().toISOString().slice(11, 19)} ${name}: ${shards.length} processes, ${(sum(kilobytes) / 1024).toFixed(1)} MiB, ${sum(open)} descriptors\n`
}
