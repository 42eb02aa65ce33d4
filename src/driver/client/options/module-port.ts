import type { ByteStream } from '../../../io/stream.ts'
import { ClientError } from '../errors.ts'
import type { OpenPort } from './options.ts'

/** The option `port`, as far as it says where the module is; a number, also as text, is the server's. */
export function modulePort(port: unknown): ByteStream | OpenPort | undefined {
  if (port === undefined || port === null || typeof port === 'number' || isNumeral(port)) return undefined
  if (typeof port === 'function') return port as OpenPort
  if (isStream(port)) return port
  throw new ClientError(
    'invalid',
    `port is ${described(port)}: give the server's port as a number, or, for the module, a function that opens its port, or an open one, such as await openTcpPort({ host, port }). A device has the option path.`,
  )
}

const isNumeral = (port: unknown): boolean => typeof port === 'string' && /^\d*$/.test(port.trim())

const isStream = (port: unknown): port is ByteStream =>
  typeof port === 'object' &&
  port !== null &&
  ['start', 'write', 'close'].every((name) => typeof (port as Readonly<Record<string, unknown>>)[name] === 'function')

function described(port: unknown): string {
  if (typeof port === 'string') return `the text ${JSON.stringify(port)}`
  if (typeof port !== 'object' || port === null) return String(port)
  if (typeof (port as { then?: unknown }).then === 'function') return 'a promise, which is to be awaited'
  return `an object of the class ${port.constructor?.name ?? 'none'}`
}
