import { bytesOf } from '../../../src/at/public.ts'
import { explain } from '../../../src/explain/explain.ts'

/** How the findings of a log compare with its cause. */
export interface Judgement {
  /** An accepted cause is among the three. */
  readonly found: boolean
  /** It stands first. */
  readonly first: boolean
  /** A finding above a note that is neither accepted nor may stand beside it comes first. */
  readonly wrong: boolean
  readonly silent: boolean
  readonly ids: readonly string[]
}

export interface Expectation {
  readonly accepted: readonly string[]
  /** Causes that may stand beside it, or before it as what is sure. */
  readonly also?: readonly string[]
}

/** `log`: one character a byte. */
export function judgeLog(log: string, expected: Expectation): Judgement {
  const { findings } = explain(bytesOf(log))
  return judged(
    findings.map(({ id, severity }) => ({ id, isNote: severity === 'note' })),
    expected,
  )
}

export function judged(
  findings: readonly { readonly id: string; readonly isNote: boolean }[],
  { accepted, also = [] }: Expectation,
): Judgement {
  const ids = findings.map(({ id }) => id)
  const [first] = findings
  return {
    found: ids.some((id) => accepted.includes(id)),
    first: first !== undefined && accepted.includes(first.id),
    wrong: first !== undefined && !first.isNote && !accepted.includes(first.id) && !also.includes(first.id),
    silent: findings.every(({ isNote }) => isNote),
    ids,
  }
}

const byCode: Readonly<Record<number, string>> = {
  1: 'start-early',
  3: 'unreachable',
  6: 'policy',
  7: 'reg-searching',
  9: 'apn-refused',
  11: 'order',
  12: 'scheme',
  14: 'busy',
  15: 'tls-sni',
  17: 'server-silent',
  18: 'order',
  19: 'host-restarted',
  20: 'order',
  21: 'held-client',
  23: 'host-restarted',
  24: 'not-mqtt',
  25: 'dns',
  26: 'server-closed',
  27: 'mqtt-version',
  28: 'client-id-refused',
  29: 'server-unavailable',
  30: 'login',
  31: 'not-authorized',
  32: 'tls-handshake',
  33: 'tls-file',
  34: 'tls-pem',
}

/** What somebody finds who looks the last error up in the manual. */
export function baseline(log: string): readonly { readonly id: string; readonly isNote: boolean }[] {
  const errors = [...log.matchAll(/\+CMQTT[A-Z]+: ?(?:\d,)?(\d+)|\+CME ERROR: ?([^\r\n]+)/g)]
  const last = errors.filter(([, code]) => code !== '0').at(-1)
  if (!last) return []
  const id = last[1] !== undefined ? (byCode[Number(last[1])] ?? `err-${last[1]}`) : cmeId(last[2]!)
  return [{ id, isNote: false }]
}

function cmeId(words: string): string {
  if (/^10\b|not inserted/i.test(words)) return 'sim-absent'
  if (/^1[34]\b|SIM (?:failure|busy)/i.test(words)) return 'sim-failure'
  return /#33|not subscribed|^133\b/.test(words) ? 'apn-refused' : 'cme-error'
}
