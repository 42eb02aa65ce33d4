import type { Printed } from './format.ts'
import { timeField, zoneText } from './strftime.ts'

/**
 * A message as JSON, without what the module does not tell (`qos`, `retain`, `mid`). `json`: the payload is one itself,
 * `''` if it is none.
 */
export function jsonText({ topic, payload, at }: Printed, as: 'text' | 'json'): string {
  const head = { tst: timestamp(new Date(at)), topic, payloadlen: payload.length }
  if (payload.length === 0) return JSON.stringify({ ...head, payload: null })
  const text = new TextDecoder().decode(payload)
  if (as === 'text') return JSON.stringify({ ...head, payload: text })
  try {
    return JSON.stringify({ ...head, payload: JSON.parse(text) as unknown })
  } catch {
    return ''
  }
}

/** With both `Z` and the zone, as mosquitto_sub prints it. */
function timestamp(date: Date): string {
  const micros = `${String(date.getMilliseconds()).padStart(3, '0')}000`
  return `${timeField('F', date)}T${timeField('T', date)}.${micros}Z${zoneText(date)}`
}
