import { type DestinationStream, destination as fileDestination, pino, stdTimeFunctions } from 'pino'
import type { Log, LogLevel } from './runtime.ts'

/** `destination` is standard error unless given. Each line is written before `log` returns: none is lost at exit. */
export interface PinoLogOptions {
  readonly level: LogLevel | 'silent'
  readonly destination?: DestinationStream
}

/** One JSON object a line: `level`, `time` (ISO 8601), the fields, `msg`. */
export function pinoLog(options: PinoLogOptions): Log {
  const { level, destination = fileDestination({ dest: 2, sync: true }) } = options
  const settings = { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: label } }
  const logger = pino(settings, destination)
  return {
    log(lineLevel, message, fields) {
      if (fields === undefined) logger[lineLevel](message)
      else logger[lineLevel](fields, message)
    },
  }
}

function label(level: string): { level: string } {
  return { level }
}
