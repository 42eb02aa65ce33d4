import type { SessionOptions } from './recorded-session.ts'

/** How a fault is played, and which causes a log of it may bring. */
export interface FaultRow {
  readonly session: Omit<SessionOptions, 'fault'>
  /** Ids that are right; the first one is the nearest. */
  readonly accepted: readonly string[]
}

const tls = {
  tls: true,
  address: 'broker.example:8883',
  settings: ['AT+CSSLCFG="authmode",0,0', 'AT+CMQTTSSLCFG=0,0'],
} as const
const lost = ['periodic-drop', 'duplicate-id'] as const
const noisy = ['line-noise', 'wrong-baud', 'baud-high'] as const
const silent = ['falls-silent', 'no-answer', 'asleep'] as const

/** By fault of the catalogue; a test holds that none is missing. */
export const faultTable: Readonly<Record<string, FaultRow>> = {
  'network-lost': { session: { at: 'live' }, accepted: ['bearer-lost', 'no-antenna', 'reg-searching'] },
  // A host sees a network that is silent as a server that is, or as one that it does not reach.
  'network-silent': { session: { at: 'live' }, accepted: ['server-silent', 'dns', 'unreachable', ...lost] },
  'network-restored': { session: { at: 'live' }, accepted: [] },
  'network-flapping': { session: { at: 'live' }, accepted: ['bearer-lost', 'reg-searching'] },
  'socket-reset': { session: { at: 'live' }, accepted: lost },
  'socket-closed': { session: { at: 'live' }, accepted: lost },
  'socket-half-open': { session: { at: 'live' }, accepted: ['server-silent', ...lost] },
  'socket-congested': { session: { at: 'live' }, accepted: ['server-silent', ...lost] },
  'dns-failure': { session: { at: 'connect' }, accepted: ['dns'] },
  'connection-refused': { session: { at: 'connect' }, accepted: ['unreachable'] },
  'tls-alert': {
    session: { at: 'connect', ...tls },
    accepted: ['tls-handshake', 'tls-ca', 'tls-sni', 'tls-client-missing'],
  },
  'connect-refused-15': { session: { at: 'connect', ...tls }, accepted: ['tls-sni', 'policy'] },
  'tls-silent': { session: { at: 'connect', ...tls }, accepted: ['server-silent', 'tls-port'] },
  'certificate-unreadable': {
    session: {
      at: 'connect',
      ...tls,
      settings: ['AT+CSSLCFG="authmode",0,1', 'AT+CSSLCFG="cacert",0,"ca.pem"', 'AT+CMQTTSSLCFG=0,0'],
    },
    accepted: ['tls-file', 'tls-pem'],
  },
  'connack-refused': { session: { at: 'connect' }, accepted: ['not-authorized', 'login'] },
  'server-silent': { session: { at: 'live' }, accepted: ['server-silent'] },
  'server-late': { session: { at: 'live', params: { afterMs: 90_000 } }, accepted: ['server-silent'] },
  'server-slow': { session: { at: 'live' }, accepted: [] },
  'answers-lost': { session: { at: 'live' }, accepted: ['server-silent'] },
  'message-redelivered': { session: { at: 'live' }, accepted: ['message-doubled'] },
  'malformed-packet': { session: { at: 'live' }, accepted: lost },
  'policy-closes': { session: { at: 'live', params: { topic: 'room/#' } }, accepted: ['policy'] },
  'bytes-corrupted': { session: { at: 'start', params: { probability: 0.03 } }, accepted: noisy },
  'bytes-dropped': { session: { at: 'start', params: { probability: 0.03 } }, accepted: noisy },
  'bytes-doubled': { session: { at: 'start', params: { probability: 0.03 } }, accepted: noisy },
  'bytes-reordered': { session: { at: 'start', params: { probability: 0.03 } }, accepted: noisy },
  'bytes-sliced': { session: { at: 'live' }, accepted: [] },
  overrun: { session: { at: 'live' }, accepted: [] },
  noise: { session: { at: 'live' }, accepted: noisy },
  'line-frozen': { session: { at: 'live' }, accepted: silent },
  'cable-out': { session: { at: 'live' }, accepted: silent },
  'ok-delayed': { session: { at: 'live' }, accepted: ['answers-late', ...silent] },
  'prompt-late': { session: { at: 'live' }, accepted: [] },
  'result-late': { session: { at: 'live' }, accepted: ['result-missing'] },
  'result-lost': { session: { at: 'live' }, accepted: ['result-missing'] },
  'urc-in-response': { session: { at: 'live' }, accepted: ['urc-in-response'] },
  'echo-in-payload': { session: { at: 'live' }, accepted: ['echo-in-payload'] },
  'urc-doubled': { session: { at: 'live' }, accepted: ['message-doubled'] },
  'message-end-lost': { session: { at: 'live' }, accepted: ['message-incomplete'] },
  'subscribe-result-renamed': { session: { at: 'connect' }, accepted: ['result-renamed'] },
  'boot-storm': { session: { at: 'live' }, accepted: ['brown-out'] },
  'ok-lost': { session: { at: 'live' }, accepted: ['ok-missing'] },
  'echo-lost': { session: { at: 'live' }, accepted: [] },
  'prompt-lost': { session: { at: 'live' }, accepted: ['prompt-missing'] },
  'prompt-stuck': { session: { at: 'live' }, accepted: ['prompt-stuck'] },
  'urc-before-ok': { session: { at: 'live' }, accepted: [] },
  'client-busy': { session: { at: 'live' }, accepted: ['busy'] },
  'error-code': { session: { at: 'live', params: { command: 'PUB', code: 16 } }, accepted: ['err-16'] },
  'busy-while-receiving': { session: { at: 'live' }, accepted: ['busy'] },
  'stop-reboots': { session: { at: 'live' }, accepted: ['session-reboots-module', 'brown-out'] },
  'sim-busy': { session: { at: 'boot' }, accepted: ['sim-failure', 'sim-early'] },
  'sim-removed': { session: { at: 'live' }, accepted: ['sim-loop', 'sim-absent'] },
  'weak-signal': { session: { at: 'boot' }, accepted: ['weak-signal'] },
  // Of a host that does not ask for the reason, the log shows what follows: no network, or the bearer gone.
  'registration-denied': { session: { at: 'boot' }, accepted: ['reg-denied', 'reg-searching', 'bearer-lost'] },
  'apn-refused': { session: { at: 'boot' }, accepted: ['apn-refused', 'no-address', 'bearer-lost'] },
  'power-cut': { session: { at: 'live' }, accepted: silent },
  'spontaneous-reboot': { session: { at: 'live' }, accepted: ['brown-out'] },
}
