import { closeSync, openSync, writeSync } from 'node:fs'
import { errorCode, errorText, SetupError } from '../io/setup-error.ts'
import { Recorder, type RecorderOptions } from './recorder.ts'

export interface RecordingFile {
  readonly recorder: Recorder
  /** Writes the units that are still incomplete. */
  close(): void
}

/** Opens a new file for a recording; `about` is its first comment. Throws a `SetupError`. */
export function openRecording(path: string, about: string, options: Omit<RecorderOptions, 'write'>): RecordingFile {
  const file = newFile(path)
  const write = (text: string): void => {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
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

/** A recording is evidence: an existing file is never overwritten. */
function newFile(path: string): number {
  try {
    return openSync(path, 'wx')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST')
      throw new SetupError('invalid', `${path} is there already: remove it, or give another name.`, error)
    const advice = code === 'ENOENT' ? 'make its folder first' : `give another name (${errorText(error)})`
    throw new SetupError(code === 'ENOENT' ? 'missing' : 'invalid', `${path} can't be written: ${advice}.`, error)
  }
}
