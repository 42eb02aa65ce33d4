import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'
import { Recorder, type RecorderOptions } from './recorder.ts'

export interface RecordingFile {
  readonly recorder: Recorder
  /** Writes the units that are still incomplete. */
  close(): void
}

export interface RecordingOptions extends Omit<RecorderOptions, 'write'> {
  /** Called once when the file can't be written any more; nothing is written after that. */
  readonly onFailure: (reason: string) => void
}

/** Opens a new file for a recording; `about` is its first comment. Throws a `SetupError`. */
export function openRecording(path: string, about: string, { onFailure, ...options }: RecordingOptions): RecordingFile {
  const file = newFile(path)
  let [written, failed] = [0, false]
  const write = (text: string): void => {
    if (failed) return
    try {
      written += writeWhole(file, Buffer.from(text))
    } catch (error) {
      failed = true
      endAt(file, written)
      onFailure(errorText(error))
    }
  }
  write(`# ${about}\n`)
  const recorder = new Recorder({ ...options, write })
  return {
    recorder,
    close() {
      recorder.finish()
      closeSync(file)
    },
  }
}

function writeWhole(file: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  return bytes.length
}

/** What is there stays a transcript: half a line goes. */
function endAt(file: number, length: number): void {
  try {
    ftruncateSync(file, length)
  } catch {
    // Of the file's own device nothing more can be expected; the failure that led here is told.
  }
}

/** A recording is evidence: an existing file is never overwritten. */
function newFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST')
      throw new SetupError('invalid', `${path} is there already: remove it, or give another name.`, error)
    const advice = code === 'ENOENT' ? 'make its folder first' : `give another name (${errorText(error)})`
    throw new SetupError(code === 'ENOENT' ? 'missing' : 'invalid', `${path} can't be written: ${advice}.`, error)
  }
}
