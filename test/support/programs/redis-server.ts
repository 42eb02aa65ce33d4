import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import { endServer, endWithThisProcess, findProgram, hasEnded } from './server-process.ts'

export interface RedisServer {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  /** What it has written. */
  readonly folder: string
  /** Ends it at once (SIGKILL) and waits. */
  kill(): Promise<void>
  /** The same one again, with what it had written. */
  startAgain(): Promise<void>
  /** Ends it for good. */
  close(): Promise<void>
}

export interface RedisServerOptions {
  /** Where it listens; 127.0.0.1 by default. */
  readonly bind?: string
  /** Lines of its configuration beside `appendonly yes`. */
  readonly settings?: readonly string[]
}

const executable = findProgram('redis-server')

/** Why tests with Redis can't run here: for `test.skipIf`. In CI a missing one fails instead. */
export const redisMissing = executable ? undefined : missing()

/** Starts Debian's redis-server with an append-only file in a folder of its own. */
export async function startRedis({ bind = '127.0.0.1', settings = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-redis-'))
  const options = [`port ${port}`, `bind ${bind}`, `dir ${folder}`, 'save ""', 'appendonly yes', ...settings]
  const args = options.flatMap((option) => `--${option}`.split(' ').map((word) => word.replace('""', '')))
  let child = await started(args)
  return {
    url: `redis://${bind}:${port}`,
    port,
    folder,
    kill: () => endServer(child, 'SIGKILL'),
    startAgain: async () => {
      child = await started(args)
    },
    close: () => endServer(child, 'SIGKILL').finally(() => rmSync(folder, { recursive: true, force: true })),
  }
}

function missing(): string {
  const sentence = 'redis-server is not installed: apt-get install redis-server'
  if (process.env.CI) throw new Error(sentence)
  return sentence
}

async function started(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(executable ?? 'redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithThisProcess(child)
  let log = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  await until(() => {
    if (hasEnded(child)) throw new Error(`redis-server did not start:\n${log}`)
    return log.includes('Ready to accept connections')
  }, 'redis-server accepts connections')
  return child
}
