import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { ended, startServer } from './process.ts'
import { connected } from './sockets.ts'

export interface Broker {
  /** Which one it is. */
  readonly title: string
  readonly port: number
  stop(): Promise<void>
}

const path = [process.env.PATH ?? '', '/usr/sbin', '/usr/local/sbin'].join(delimiter)
const patienceMs = 5000

/** Mosquitto if it is installed, else the embedded broker; in a process of its own. */
export async function startBroker(): Promise<Broker> {
  const version = mosquittoVersion()
  if (version !== undefined) return startMosquitto(version)
  return { title: 'the embedded broker (aedes), as mosquitto is not installed', ...(await startServer('broker')) }
}

function mosquittoVersion(): string | undefined {
  const { error, stdout, stderr } = spawnSync('mosquitto', ['-h'], {
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  })
  return error ? undefined : (/mosquitto version \S+/.exec(`${stdout}${stderr}`)?.[0] ?? 'mosquitto')
}

async function startMosquitto(title: string): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-bench-'))
  const file = join(folder, 'mosquitto.conf')
  const port = await freePort()
  writeFileSync(file, configuration(port))
  const child = spawn('mosquitto', ['-c', file], {
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await accepting(port)
  const stop = () => ended(child).finally(() => rmSync(folder, { recursive: true, force: true }))
  process.once('exit', () => child.kill('SIGKILL'))
  return { title, port, stop }
}

function configuration(port: number): string {
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false', 'log_dest none']
  if (process.getuid?.() === 0) lines.unshift('user root')
  return `${lines.join('\n')}\n`
}

async function accepting(port: number): Promise<void> {
  for (const until = performance.now() + patienceMs; ; ) {
    try {
      const socket = await connected(port)
      socket.destroy()
      return
    } catch (error) {
      if (performance.now() > until) throw new Error('mosquitto does not accept connections', { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
