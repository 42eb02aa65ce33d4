import { renameSync } from 'node:fs'
import type { Content } from '../at/commands/content.ts'
import type { Faults } from '../faults/public.ts'
import { OutputFile, unreadPipe } from '../io/output-file.ts'
import type { Clock, Log } from '../io/runtime/runtime.ts'
import { errorCode, errorText, SetupError, type SetupErrorCode } from '../io/setup-error.ts'
import type { Module } from '../module/public.ts'
import { EventFeed, type ModuleEvent } from './events.ts'
import { idleFaults, watchInterventions } from './interventions.ts'
import { viewState } from './state-view.ts'
import { noteLine, stateLine, type TracedModule, traceEnd, traceHeader, traceLine } from './trace-line.ts'

export interface TraceOptions extends TracedModule {
  readonly clock: Clock
  /** Those of the module, if there are any: each that starts and ends is a line. */
  readonly faults?: Faults
  readonly log?: Log
  /** Before the file would be longer it becomes `PATH.1`, in the place of the one before, and a new one begins. */
  readonly limitBytes?: number | undefined
  /** What is left out beside secrets. */
  readonly leftOut?: readonly Content[] | undefined
}

export interface Trace {
  close(): void
}

/**
 * Appends a line to a file for everything that a module's lines and connections carry, and for what is done to it from
 * outside, secrets redacted. Each line is
 * handed to the system as it happens: it is kept however the process ends. Throws a `SetupError` for a path that can't
 * be written; a disk that fills up later, or a pipe whose reader is 8 MiB behind, ends the trace, says so in the log, and leaves the module alone.
 */
export function openTrace(path: string, module: Module, options: TraceOptions): Trace {
  const { clock, faults, log, limitBytes, leftOut = [] } = options
  const file = new TraceFile(path, traceHeader(options, leftOut), limitBytes ?? Number.POSITIVE_INFINITY)
  const watches: (() => void)[] = []
  const end = (): void => {
    for (const unwatch of watches.splice(0)) unwatch()
    file.close()
  }
  const write = (line: string): void => {
    try {
      file.write(line)
    } catch (error) {
      end()
      log?.log('error', 'the trace ends here: its file can not be written', { path, reason: errorText(error) })
    }
  }
  let lines = 0
  const traced = (event: ModuleEvent): void => {
    write(traceLine(event))
    if (++lines % linesBetweenStates === 0) write(stateLine(clock.now(), viewState(module.state(), leftOut)))
  }
  const note = (text: string): void => write(noteLine(clock.now(), text))
  watches.push(new EventFeed(module, clock, leftOut).watch(traced))
  watches.push(watchInterventions(module, faults, note))
  const close = (): void => {
    if (watches.length === 0) return
    for (const text of [...idleFaults(faults?.records() ?? []), traceEnd]) if (watches.length > 0) note(text)
    end()
  }
  return { close }
}

/** Behind so many lines there is one with the state. */
const linesBetweenStates = 1000

class TraceFile {
  readonly #path: string
  readonly #header: string
  readonly #limit: number
  #file: OutputFile
  #size: number

  constructor(path: string, header: string, limit: number) {
    this.#path = path
    this.#header = header
    this.#file = open(path, header)
    this.#limit = this.#file.isRegular ? limit : Number.POSITIVE_INFINITY
    this.#size = this.#file.size + header.length
  }

  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#size + bytes.length > this.#limit && this.#size > this.#header.length) this.#begin()
    this.#file.write(bytes)
    this.#size += bytes.length
  }

  #begin(): void {
    this.close()
    renameSync(this.#path, `${this.#path}.1`)
    this.#file = open(this.#path, this.#header)
    this.#size = this.#header.length
  }

  close(): void {
    this.#file.close()
  }
}

function open(path: string, header: string): OutputFile {
  try {
    const file = new OutputFile(path, { append: true, permissions: 0o600 })
    file.write(Buffer.from(header))
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
