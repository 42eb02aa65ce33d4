import { readFileSync } from 'node:fs'
import { FaultError, parseSchedule, type Schedule } from '../../faults/public.ts'
import { errorText } from '../../io/setup-error.ts'
import { UsageError } from '../exit.ts'

/** Reads `--faults FILE`. */
export function readSchedule(path: string): Schedule {
  try {
    return parseSchedule(readText(path))
  } catch (error) {
    throw error instanceof FaultError ? new UsageError(`--faults ${path}: ${error.message}`) : error
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--faults ${path} can't be read (${errorText(error)}): give a file of JSON.`)
  }
}
