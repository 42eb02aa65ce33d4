import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** A program of a trial, with what it has printed. */
export interface Program {
  readonly child: ChildProcess
  readonly lines: readonly { readonly at: number; readonly text: string }[]
  readonly ended: Promise<number | null>
}

const all = new Set<ChildProcess>()

/** What a failed trial left behind ends with it. */
export function endPrograms(): void {
  for (const child of all) child.kill('SIGKILL')
}

/** In a network namespace, or where this program is. */
export function startProgram(command: readonly string[], namespace?: string): Program {
  const [file, ...args] = namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command]
  const child = spawn(file!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  all.add(child)
  const lines: { at: number; text: string }[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('latin1').on('data', (piece: string) => {
      const parts = (rest + piece).split('\n')
      rest = parts.pop()!
      for (const text of parts) lines.push({ at: performance.now(), text })
    })
  }
  const ended = once(child, 'close').then(([code]) => {
    all.delete(child)
    return code as number | null
  })
  return { child, lines, ended }
}

export const startAtmqtt = (args: readonly string[], namespace?: string): Program =>
  startProgram([process.execPath, resolve('dist/cli/main.js'), ...args], namespace)

export const textOf = ({ lines }: Program): string => lines.map(({ text }) => text).join('\n')
