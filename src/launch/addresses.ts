import { UsageError } from './usage-error.ts'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** An address as it was typed, without a login in front of it. */
const withoutLogin = (text: string): string => text.replace(/^[\s\S]*@/, '***@')

/** `127.0.0.1:7672`, `[::1]:7672`, `localhost:0`. */
export function parseHostPort(option: string): (text: string) => HostPort {
  return (text) => {
    const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
    const host = match?.[1] ?? match?.[2]
    const port = Number(match?.[3])
    if (host === undefined || port > 65_535)
      throw new UsageError(
        `${option} ${withoutLogin(text)}: give HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:7672.`,
      )
    return { host, port }
  }
}

export interface SerialAddress {
  readonly device: string
  readonly baud: number
}

/** A serial address as the transport takes it. */
export const serialOptions = ({ device, baud }: SerialAddress) => ({ path: device, baud })

/** `/dev/ttyUSB2` or `/dev/ttyUSB2:921600`; 115200 where no speed is given. */
export function parsePort(option: string): (text: string) => SerialAddress {
  return (text) => {
    const match = /^(.+?)(?::(\d+))?$/.exec(text)
    const baud = Number(match?.[2] ?? 115_200)
    if (!match?.[1] || baud === 0)
      throw new UsageError(`${option} ${text}: give DEVICE or DEVICE:BAUD, such as /dev/ttyUSB2:115200.`)
    return { device: match[1], baud }
  }
}

export interface LinePace {
  readonly baud: number
  readonly flowControl: boolean
}

/** `115200`, or `115200,rtscts` with flow control. */
export function parseBaud(option: string): (text: string) => LinePace {
  return (text) => {
    const match = /^(\d{1,7})(,rtscts)?$/.exec(text)
    const baud = Number(match?.[1])
    if (!match || baud < 300 || baud > 4_000_000)
      throw new UsageError(
        `${option} ${text}: give a speed from 300 to 4000000, such as 115200, or 115200,rtscts with flow control.`,
      )
    return { baud, flowControl: match[2] !== undefined }
  }
}

/** Adds `NAME:PASSWORD` to the logins so far. */
export function collectLogin(
  text: string,
  logins: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1)
    throw new UsageError('--broker-user: give NAME:PASSWORD, such as sensor:secret1.')
  return { ...logins, [text.slice(0, colon)]: text.slice(colon + 1) }
}

const ports: Readonly<Record<string, number>> = { mqtt: 1883, tcp: 1883, mqtts: 8883 }

/** `HOST:PORT`, or `mqtt://HOST[:PORT]` with 1883, `mqtts://HOST[:PORT]` with 8883. */
export function parseBroker(option: string): (text: string) => HostPort {
  const parse = parseHostPort(option)
  return (text) => {
    const [, scheme = '', rest = text] = /^(mqtts?|tcp):\/\/(.*?)\/?$/.exec(text) ?? []
    const hasPort = /:\d+$/.test(rest.replace(/^\[[^\]]*\]/, ''))
    return parse(scheme && rest && !hasPort ? `${rest}:${ports[scheme]}` : rest)
  }
}
