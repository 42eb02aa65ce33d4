import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Console } from '../../console/server/console-server.ts'
import { type FilesConsole, type SavedFile, showFiles } from '../../console/server/show-files.ts'
import { errorText } from '../../io/setup-error.ts'
import type { HostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { openConsole } from '../open-console.ts'
import { print, printError, printJson } from '../output.ts'
import { stopSignal } from '../signals.ts'

export interface ConsoleCommandOptions {
  readonly at?: HostPort
  readonly consoleExposed?: boolean
  readonly json?: boolean
}

/** Shows files until a signal. Resolves to the exit code. */
export async function runConsole(paths: readonly string[], options: ConsoleCommandOptions): Promise<number> {
  const stopped = stopSignal()
  const files = paths.map(fileOf)
  let opened: FilesConsole | undefined
  const { notes } = await openConsole({ ...options, console: options.at ?? true }, async () => async (address) => {
    opened = await showFiles(files, address)
    return opened
  })
  for (const note of notes) printError(`atmqtt: ${note}\n`)
  announce(opened!, options)
  const alive = setInterval(() => {}, 2 ** 30)
  try {
    await Promise.race([stopped, opened!.read.then(() => stopped)])
    return exitCodes.ok
  } catch (error) {
    throw new UsageError(`${paths.join(', ')} can't be read (${errorText(error)}).`)
  } finally {
    clearInterval(alive)
    await opened!.close()
  }
}

function announce({ url, viewUrl }: Console, { json = false }: ConsoleCommandOptions): void {
  if (json) printJson({ event: 'ready', console: url, consoleView: viewUrl })
  else print(`  console  ${url}\n\nCtrl-C ends.\n`)
}

function fileOf(path: string): SavedFile {
  if (path === '-') return { name: 'standard input', bytes: process.stdin }
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a folder')
  } catch (error) {
    throw new UsageError(`${path} can't be read (${errorText(error)}).`)
  }
  return { name: basename(path), bytes: createReadStream(path) }
}
