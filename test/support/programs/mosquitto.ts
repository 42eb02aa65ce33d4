import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import { endServer, endWithThisProcess, findProgram, hasEnded } from './server-process.ts'

export interface Mosquitto {
  readonly host: string
  readonly port: number
  /** `host:port` */
  readonly address: string
  /** What it has logged so far. */
  readonly log: string
  /** Asks it to end (SIGTERM) and waits. */
  stop(): Promise<void>
  /** Ends it at once (SIGKILL) and waits. */
  kill(): Promise<void>
}

export interface MosquittoOptions {
  /** A free one by default. */
  readonly port?: number
  /** Passwords by user name; given, nobody else gets in. */
  readonly logins?: Readonly<Record<string, string>>
}

const host = '127.0.0.1'
const executable = findProgram('mosquitto')

/** Why tests against mosquitto can't run here: for `test.skipIf`. In CI a missing one fails instead. */
export const mosquittoMissing = executable ? undefined : missing()

/** Starts Debian's mosquitto on 127.0.0.1; `config` is added to the lines it always gets. */
export async function startMosquitto(config = '', options: MosquittoOptions = {}): Promise<Mosquitto> {
  const port = options.port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-mosquitto-'))
  const file = join(folder, 'mosquitto.conf')
  writeFileSync(file, configuration(config, port, passwordFile(folder, options.logins)))
  const child = spawn(executable ?? 'mosquitto', ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = collectOutput(child)
  endWithThisProcess(child)
  const endWith = (signal: NodeJS.Signals) =>
    endServer(child, signal).finally(() => rmSync(folder, { recursive: true, force: true }))
  const running = {
    host,
    port,
    address: `${host}:${port}`,
    stop: () => endWith('SIGTERM'),
    kill: () => endWith('SIGKILL'),
  }
  try {
    await accepting(port, child)
  } catch (error) {
    await running.kill()
    throw new Error(`mosquitto did not start:\n${output.join('')}`, { cause: error })
  }
  return Object.defineProperty(running as Mosquitto, 'log', { get: () => output.join('') })
}

function missing(): string {
  const sentence = 'mosquitto is not installed: apt-get install mosquitto'
  if (process.env.CI) throw new Error(sentence)
  return sentence
}

function configuration(config: string, port: number, passwords: string | undefined): string {
  const lines = [`listener ${port} ${host}`, 'persistence false', 'log_dest stderr', 'log_type all']
  if (process.getuid?.() === 0) lines.unshift('user root')
  if (passwords) lines.push('allow_anonymous false', `password_file ${passwords}`)
  else if (!/^\s*allow_anonymous\b/m.test(config)) lines.push('allow_anonymous true')
  return `${[...lines, config].join('\n')}\n`
}

function passwordFile(folder: string, logins: MosquittoOptions['logins']): string | undefined {
  if (!logins) return undefined
  const file = join(folder, 'passwords')
  writeFileSync(
    file,
    Object.entries(logins)
      .map(([name, password]) => `${name}:${password}\n`)
      .join(''),
    { mode: 0o600 },
  )
  execFileSync(findProgram('mosquitto_passwd') ?? 'mosquitto_passwd', ['-U', file])
  return file
}

function collectOutput(child: ChildProcess): readonly string[] {
  const chunks: string[] = []
  child.once('error', (error) => chunks.push(error.message))
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => chunks.push(text))
  return chunks
}

async function accepting(port: number, child: ChildProcess): Promise<void> {
  let state: 'trying' | 'open' | 'idle' = 'idle'
  await until(() => {
    if (hasEnded(child)) throw new Error('it ended')
    if (state === 'idle') {
      state = 'trying'
      const socket = connect(port, host)
      socket
        .once('error', () => (state = 'idle'))
        .once('connect', () => {
          state = 'open'
          socket.destroy()
        })
    }
    return state === 'open'
  }, `mosquitto accepts connections on port ${port}`)
}
