import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readWholeText } from '../io/read-file.ts'
import { errorText } from '../io/setup-error.ts'
import { UsageError } from '../launch/usage-error.ts'
import { parseTranscript } from '../transcript/language/parse.ts'
import type { Transcript } from '../transcript/language/transcript.ts'

/** Recordings of days fit. */
const mostTranscriptBytes = 64 << 20

/** Reads and parses transcripts; of a folder all that end in `.at`, by name. */
export function readTranscripts(paths: readonly string[]): readonly Transcript[] {
  return paths.flatMap(filesOf).map((path) => parseTranscript(textOf(path), path))
}

function filesOf(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
  } catch (error) {
    throw unreadable(path, error)
  }
  const names = readdirSync(path).filter((name) => name.endsWith('.at'))
  if (names.length === 0) throw new UsageError(`${path} holds no transcript: give a folder with .at files, or a file.`)
  return names.sort().map((name) => join(path, name))
}

function textOf(path: string): string {
  try {
    return readWholeText(path, mostTranscriptBytes)
  } catch (error) {
    throw unreadable(path, error)
  }
}

const unreadable = (path: string, error: unknown): UsageError =>
  new UsageError(`${path} can't be read (${errorText(error)}): give a transcript, or a folder of them.`)
