import type { DialOptions } from '../../io/net/dialer.ts'
import type { DialVerdict } from '../../io/net/faulty-dialer.ts'
import { type FaultContext, fault } from '../fault.ts'
import { choiceParam, wholeParam } from '../params.ts'

/** Sockets: how they are closed, and why they can't be opened. */
export const connectionFaults = [
  fault({
    name: 'socket-reset',
    title: 'Every open connection gets an RST: CONNLOST with cause 2.',
    group: 'connection',
    reports: [7, 22],
    params: {},
    lasts: 'once',
    start: (context) => cutAll(context, 'reset'),
  }),
  fault({
    name: 'socket-closed',
    title: 'The server ends every open connection: CONNLOST with cause 1.',
    group: 'connection',
    reports: [7, 22],
    params: {},
    lasts: 'once',
    start: (context) => cutAll(context, 'ended'),
  }),
  fault({
    name: 'socket-half-open',
    title: 'The server has forgotten every open connection, and the module does not hear of it: results time out.',
    group: 'connection',
    reports: [7],
    params: {},
    lasts: 'once',
    start: (context) => cutAll(context, 'none'),
  }),
  fault({
    name: 'socket-congested',
    title: 'Connections take no more bytes: a QoS 0 PUB waits for its result, DISC ends with 35.',
    group: 'connection',
    reports: [],
    params: {},
    lasts: 'until',
    start({ tapConnections, onStop }) {
      tapConnections('out', (link) => {
        const waiting: (() => void)[] = []
        let held = 0
        onStop(() => {
          held = 0
          for (const go of waiting) go()
          link.drained()
        })
        return {
          take(bytes, pass) {
            const kept = bytes.slice()
            held += kept.length
            waiting.push(() => pass(kept))
          },
          held: () => held,
        }
      })
    },
  }),
  fault({
    name: 'dns-failure',
    title: 'Host names are not found: CONNECT ends with 25. Addresses in numbers work.',
    group: 'connection',
    reports: [],
    params: { afterMs: wholeParam(0, 600_000, 0, 'how long the look-up takes, ms') },
    lasts: 'until',
    start({ dialer, onStop }, { afterMs }) {
      const verdict = (host: string): DialVerdict => ({ reason: 'dns', detail: `no address for ${host}`, afterMs })
      onStop(dialer.rule(({ host }) => (isNumericAddress(host) ? undefined : verdict(host))))
    },
  }),
  fault({
    name: 'connection-refused',
    title: 'No server can be reached by TCP: CONNECT ends with 3.',
    group: 'connection',
    reports: [],
    params: { afterMs: wholeParam(0, 600_000, 0, 'how long the attempt takes, ms') },
    lasts: 'until',
    start({ dialer, onStop }, { afterMs }) {
      onStop(dialer.rule(({ host, port }) => ({ reason: 'connect', detail: `${host}:${port} refuses`, afterMs })))
    },
  }),
  fault({
    name: 'tls-alert',
    title: 'The server ends each TLS handshake with an alert: CONNECT ends with 32.',
    group: 'connection',
    reports: [1],
    params: {
      alert: choiceParam(
        ['handshake failure', 'unknown ca', 'certificate expired', 'certificate required', 'protocol version'],
        'handshake failure',
        'what the server says; it stands in the log',
      ),
    },
    lasts: 'until',
    start({ dialer, onStop }, { alert }) {
      const detail = `the server refused with the alert "${alert}"`
      onStop(dialer.rule(({ tls }) => (tls ? { reason: 'tls', detail, afterMs: 0 } : undefined)))
    },
  }),
  fault({
    name: 'connect-refused-15',
    title: 'CONNECT ends with 15, as where SNI is missing or a policy does not know the client.',
    group: 'connection',
    reports: [1, 27],
    params: {
      cause: choiceParam(
        ['sni', 'policy'],
        'sni',
        '`sni`: TLS whose context has enableSNI 0; `policy`: every CONNECT, TLS or not',
      ),
    },
    lasts: 'until',
    start({ dialer, onStop }, { cause }) {
      const detail = cause === 'sni' ? 'the server expects SNI' : 'the policy of the server does not admit the client'
      const isWrong = (tls: DialOptions['tls']): boolean => cause === 'policy' || tls?.enableSni === false
      onStop(dialer.rule(({ tls }) => (isWrong(tls) ? { reason: 'refused', detail, afterMs: 0 } : undefined)))
    },
  }),
  fault({
    name: 'tls-silent',
    title: 'The server does not answer in TLS handshakes: CONNECT ends with 17 after the negotiation time.',
    group: 'connection',
    reports: [],
    params: {},
    lasts: 'until',
    start({ dialer, onStop }) {
      onStop(
        dialer.rule(({ tls, host }) =>
          tls
            ? { reason: 'tlsTimeout', detail: `no TLS with ${host} in time`, afterMs: tls.negotiateTimeMs }
            : undefined,
        ),
      )
    },
  }),
  fault({
    name: 'certificate-unreadable',
    title: 'Certificate files that TLS needs can not be read: CONNECT ends with 33 (34 on a76xx).',
    group: 'connection',
    reports: [1],
    params: {},
    lasts: 'until',
    start({ dialer, onStop }) {
      const verdict: DialVerdict = { reason: 'certificate', detail: 'a certificate can not be read', afterMs: 0 }
      onStop(dialer.rule(({ tls }) => (tls && tls.authMode > 0 ? verdict : undefined)))
    },
  }),
]

function cutAll({ dialer, end }: FaultContext, seen: 'ended' | 'reset' | 'none'): void {
  for (const link of dialer.connections()) link.cut(seen)
  end()
}

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const ipv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`)

/** An IP address in numbers; IPv6 may name an interface behind `%`. */
export const isNumericAddress = (host: string): boolean =>
  ipv4.test(host) ||
  (/^[\da-f:.]+(?:%[\da-z.:_-]+)?$/i.test(host) && URL.canParse(`http://[${host.replace(/%.*/, '')}]/`))
