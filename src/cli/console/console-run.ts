import { createReadStream, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { pageWithFrames } from '../../console/file-page.ts'
import type { Console } from '../../console/server/console-server.ts'
import { framesOfFiles } from '../../console/server/file-frames.ts'
import { readPageFiles } from '../../console/server/page-files.ts'
import { type FilesConsole, type SavedFile, showFiles } from '../../console/server/show-files.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'
import type { HostPort } from '../../launch/addresses.ts'
import { consolePage } from '../../launch/package.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { openConsole } from '../open-console.ts'
import { print, printError, printJson } from '../output.ts'
import { stopSignal } from '../signals.ts'

export interface ConsoleCommandOptions {
  readonly at?: HostPort
  readonly consoleExposed?: boolean
  readonly json?: boolean
  readonly html?: string
}

/** Shows files until a signal. Resolves to the exit code. */
export async function runConsole(paths: readonly string[], options: ConsoleCommandOptions): Promise<number> {
  const files = paths.map(fileOf)
  if (options.html !== undefined) return writePage(paths, files, options.html)
  const stopped = stopSignal()
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

/** One HTML file, which has the rows in it. */
async function writePage(paths: readonly string[], files: readonly SavedFile[], target: string): Promise<number> {
  const frames = await framesOfFiles(files).catch((error: unknown) => {
    throw new UsageError(`${paths.join(', ')} can't be read (${errorText(error)}).`)
  })
  const template = readPageFiles(consolePage).get('/file.html')!.bytes
  try {
    writeFileSync(target, pageWithFrames(new TextDecoder().decode(template), frames))
  } catch (error) {
    throw new SetupError('missing', `${target} can't be written (${errorText(error)}): choose another place.`)
  }
  printError(`atmqtt: ${target} is written: open it in a browser.\n`)
  return exitCodes.ok
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
