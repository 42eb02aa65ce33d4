import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
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
 * be written; a disk that fills up later ends the trace, says so in the log, and leaves the module alone.
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
  #file: number | undefined
  #size: number

  constructor(path: string, limit: number) {
    this.#path = path
    this.#limit = limit
    this.#file = open(path)
    this.#size = fstatSync(this.#file).size
  }

  write(line: string): void {
    if (this.#file === undefined) return
    const length = Buffer.byteLength(line)
    if (this.#size + length > this.#limit && this.#size > traceHeader.length) this.#begin()
    writeWhole(this.#file, line)
    this.#size += length
  }

  #begin(): void {
    this.close()
    renameSync(this.#path, `${this.#path}.1`)
    this.#file = open(this.#path)
    this.#size = traceHeader.length
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}

function open(path: string): number {
  try {
    const file = openSync(path, 'a', 0o600)
    writeWhole(file, traceHeader)
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
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
