import { type DestinationStream, destination as fileDestination, pino, stdTimeFunctions } from 'pino'
import { printableJson } from '../../at/syntax/printable.ts'
import type { Log, LogLevel } from './runtime.ts'

/** `destination` is standard error unless given. Each line is written before `log` returns: none is lost at exit. */
export interface PinoLogOptions {
  readonly level: LogLevel | 'silent'
  readonly destination?: DestinationStream
}

/** One JSON object a line: `level`, `time` (ISO 8601), the fields, `msg`. */
export function pinoLog({ level, destination }: PinoLogOptions): Log {
  if (destination) return newLog(level, destination)
  const log = standardLogs.get(level) ?? newLog(level, standardError())
  standardLogs.set(level, log)
  return log
}

/** To standard error, by level: one for all modules of a process, for to make one takes as long as to make a module. */
const standardLogs = new Map<PinoLogOptions['level'], Log>()

function newLog(level: PinoLogOptions['level'], destination: DestinationStream): Log {
  const escaping = { write: (line: string) => destination.write(printableJson(line)) }
  const settings = { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: label } }
  const logger = pino(settings, escaping)
  return {
    log(lineLevel, message, fields) {
      if (fields === undefined) logger[lineLevel](message)
      else logger[lineLevel](fields, message)
    },
  }
}

/** A full disk behind it loses lines; it does not end the module. */
function standardError(): DestinationStream {
  const file = fileDestination({ dest: 2, sync: true })
  file.on('error', () => {})
  return file
}

function label(level: string): { level: string } {
  return { level }
}
