import type { ValueFact } from '../facts/fact.ts'
import { sent, shows } from './clues.ts'
import type { Clue } from './rule.ts'

/** `<stat>` of `+CREG: 0,3`, `+CREG: 3` and `+CREG: 0.3`. */
export function registrationState({ values, urc }: ValueFact): string {
  const [first = '', second] = values.length === 1 ? values[0]!.split('.') : values
  return second === undefined || (urc && second.length > 2) ? first : second
}

const domains = new Set(['+CREG', '+CGREG', '+CEREG'])
/** Any of the three domains tells one of these states. */
export const registration = (...states: readonly string[]): Clue<'value'> => ({
  kind: 'value',
  where: (fact) => domains.has(fact.name) && states.includes(registrationState(fact)),
})
export const domain = (name: string, ...states: readonly string[]) =>
  shows(name, (fact) => states.includes(registrationState(fact)))

export const onNetwork = registration('1', '5')
export const radioOff = sent('+CFUN', ({ args, form }) => form === 'write' && (args[0] === '0' || args[0] === '4'))

export const signalTells = (test: (rssi: number) => boolean) =>
  shows('+CSQ', ({ values, text }) => !text.includes('(') && test(Number(values[0])))
export const noSignal = signalTells((rssi) => rssi === 99)
export const anySignal = signalTells((rssi) => rssi > 0 && rssi < 99)
