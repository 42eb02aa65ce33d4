import { nameOf } from '../../at/urcs.ts'
import type { Permissions } from './permissions.ts'

/**
 * What a module said, without what belongs to it or its owner alone: numbers of module and SIM, addresses, names,
 * position, time, signal. `{*}` stands for each; `{broker}` and `{brokerTls}` for the addresses that were given.
 */
export function withoutPrivate(text: string, permissions: Permissions): string {
  return text
    .split('\r\n')
    .map((line) => maskedLine(withoutAddresses(line, permissions)))
    .join('\r\n')
}

/** A command that was sent, likewise. */
export const withoutAddresses = (text: string, { broker, brokerTls }: Permissions): string =>
  Object.entries({ broker, brokerTls }).reduce(
    (masked, [name, address]) => (address ? masked.replaceAll(address, `{${name}}`) : masked),
    text,
  )

/** Rows that are all about here and now. */
const whole = new Set(['+CSQ', '+CPSI', '+CCLK', '+CBC', '+CGNSSINFO', '+CGPSINFO', '+CSPN', '+CNUM', '+CCERTLIST'])
/** Rows of which states and numbers of contexts are of interest. */
const inPart = new Set([
  ...['+COPS', '+CGDCONT', '+CGAUTH', '+CREG', '+CGREG', '+CEREG', '+CGPADDR', '+CGCONTRDP', '+IPADDR', '+CGSOCKCONT'],
  ...['+ICCID', '+CIMI', '+SIMEI', '+CICCID'],
])

function maskedLine(line: string): string {
  const name = nameOf(line)
  if (name === undefined || isTestLine(line)) return line.replace(/(?<!\d)\d{14,22}(?!\d)/g, '{*}')
  const values = line.slice(name.length + 2)
  if (whole.has(name)) return `${name}: {*}`
  if (inPart.has(name)) return `${name}: ${values.split(',').map(maskedValue).join(',')}`
  return line.replace(/(?<!\d)\d{14,22}(?!\d)/g, '{*}')
}

/** `(0-1),(1-128)` is a range, not somebody's. */
const isTestLine = (line: string): boolean => /^\+\w+: [^"]*\(/.test(line) || /^\+\w+: \(/.test(line)

const maskedValue = (value: string): string => (/^(\d{0,2}|"(IP|IPV6|IPV4V6|Non-IP|)")$/.test(value) ? value : '{*}')
