import { profiles } from '../../at/profiles/profiles.ts'
import { urcs } from '../../at/urcs.ts'

/** Names in front of `:` of unsolicited lines, and of those that answer a command of the same name. */
const names: ReadonlySet<string> = new Set([
  ...Object.values(urcs).map(({ name }) => name),
  ...['+CPIN', '+CREG', '+CGREG', '+CEREG', '+CGEV', '+CTZV', '+CTZEU', '+CTZE', '+CMTI', '+CMT', '+CDS', '+CDSI'],
  ...['+CIPEVENT', '+CIPCLOSE', '+IPCLOSE', '+SIMCARD', '+NITZ', '+CRING', '+CLIP', '+CUSD'],
])

const whole: ReadonlySet<string> = new Set([
  ...Object.values(profiles).flatMap(({ boot }) =>
    boot.map(({ text }) => text).filter((line) => !line.startsWith('+')),
  ),
  ...['RING', 'SMS FULL', 'POWERD DOWN', 'NORMAL POWER DOWN', '+CMQTTNONET'],
])

const restarts: ReadonlySet<string> = new Set(Object.values(profiles).map(({ boot }) => boot[0]!.text))

/** Whether a line is one that a module sends unasked. */
export function isKnownUrc(text: string): boolean {
  return whole.has(text) || text.startsWith('$QCSTKURC') || names.has(nameOf(text) ?? '')
}

/** Whether a line is the first one that a module sends when it has restarted. */
export const isRestart = (text: string): boolean => restarts.has(text)

/** `+CREG` of `+CREG: 1`. */
export function nameOf(text: string): string | undefined {
  const colon = text.indexOf(':')
  return colon > 0 && text.startsWith('+') ? text.slice(0, colon) : undefined
}
