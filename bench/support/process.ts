import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { argv, execPath } from 'node:process'
import type { ServerName } from './servers.ts'

/** What a side talks to, in its own process, which ends with this one. */
export interface RunningServer {
  readonly port: number
  stop(): Promise<void>
}

export async function startServer(name: ServerName, argument = ''): Promise<RunningServer> {
  const child = spawn(execPath, [argv[1]!, '--serve', name, argument], { stdio: ['pipe', 'pipe', 'inherit'] })
  return { port: await printedPort(child, name), stop: () => ended(child) }
}

async function printedPort(child: ChildProcess, name: string): Promise<number> {
  const exit = once(child, 'exit').then(() => {
    throw new Error(`the ${name} server ended`)
  })
  const [line] = await Promise.race([once(child.stdout!, 'data'), exit])
  exit.catch(() => {})
  return Number(String(line))
}

/** Ends a child and waits. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
