import { renameSync } from 'node:fs'
import { OutputFile, unreadPipe } from '../io/output-file.ts'
import type { Clock, Log } from '../io/runtime/runtime.ts'
import { errorCode, errorText, SetupError, type SetupErrorCode } from '../io/setup-error.ts'
import type { Module } from '../module/public.ts'
import { EventFeed } from './events.ts'
import { traceHeader, traceLine } from './trace-line.ts'

export interface Trace {
  close(): void
}

/**
 * Appends a line to a file for everything that a module's lines and connections carry, secrets redacted. Each line is
 * handed to the system as it happens: it is kept however the process ends. Throws a `SetupError` for a path that can't
 * be written; a disk that fills up later, or a pipe whose reader is 8 MiB behind, ends the trace, says so in the log, and leaves the module alone.
 * `limitBytes`: before the file would be longer it becomes `PATH.1`, in the place of the one before, and a new one begins.
 */
export function openTrace(
  path: string,
  module: Module,
  clock: Clock,
  log?: Log,
  limitBytes = Number.POSITIVE_INFINITY,
): Trace {
  const file = new TraceFile(path, limitBytes)
  let unwatch = (): void => {}
  const close = (): void => {
    unwatch()
    file.close()
  }
  unwatch = new EventFeed(module, clock).watch((event) => {
    try {
      file.write(traceLine(event))
    } catch (error) {
      close()
      log?.log('error', 'the trace ends here: its file can not be written', { path, reason: errorText(error) })
    }
  })
  return { close }
}

class TraceFile {
  readonly #path: string
  readonly #limit: number
  #file: OutputFile
  #size: number

  constructor(path: string, limit: number) {
    this.#path = path
    this.#file = open(path)
    this.#limit = this.#file.isRegular ? limit : Number.POSITIVE_INFINITY
    this.#size = this.#file.size + traceHeader.length
  }

  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#size + bytes.length > this.#limit && this.#size > traceHeader.length) this.#begin()
    this.#file.write(bytes)
    this.#size += bytes.length
  }

  #begin(): void {
    this.close()
    renameSync(this.#path, `${this.#path}.1`)
    this.#file = open(this.#path)
    this.#size = traceHeader.length
  }

  close(): void {
    this.#file.close()
  }
}

function open(path: string): OutputFile {
  try {
    const file = new OutputFile(path, { append: true, permissions: 0o600 })
    file.write(Buffer.from(traceHeader))
    return file
  } catch (error) {
    const [code, advice] = refusals[errorCode(error) ?? ''] ?? ['invalid', `give another file (${errorText(error)})`]
    throw new SetupError(code, `The trace file ${path} can't be written: ${advice}.`, error)
  }
}

const refusals: Readonly<Record<string, readonly [SetupErrorCode, string]>> = {
  ENOENT: ['missing', 'make its folder first'],
  EACCES: ['denied', 'this user has no right to it, give another file'],
  EISDIR: ['invalid', 'it is a folder, give a file'],
  [unreadPipe.code]: ['missing', unreadPipe.advice],
}
