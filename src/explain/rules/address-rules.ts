import { redactLine } from '../../at/syntax/redact.ts'
import type { AttemptFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { attempt, attemptIn, attemptOk, clues, never, result, sent } from '../matching/clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const privateHost =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.|169\.254\.|localhost$|.*\.local$|0\.0\.0\.0)/i
const usualTls = new Set([8883, 8884, 8886, 443, 8885, 883])
const usualPlain = new Set([1883, 1884, 1882])
const masked = (host: string): boolean => host === '' || /[*x]{3,}|[<>[\]]|your/i.test(host)

/** The module takes no such line, wherever it leads. */
const isMisused = ({ line, outcome }: AttemptFact, view: FactView): boolean =>
  outcome === 'ERROR' &&
  view.some('judged', undefined, ({ exchange, misuse }) => exchange.line === line && misuse !== undefined)

export const addressRules: readonly CauseRule[] = [
  rule({
    id: 'private-address',
    title: 'The address of the server is private: the module is in the mobile network, not in your LAN',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      {
        confidence: 0.93,
        needs: clues(
          attempt(
            [3, 17, 25, 1, 15, 'ERROR', 34, 32, 26],
            (each, view) => each.line !== '' && privateHost.test(each.host) && !isMisused(each, view),
          ),
        ),
        forbids: [never(attemptOk(({ host }) => privateHost.test(host)))],
        because: (facts) =>
          `CONNECT to ${attemptIn(facts).host} fails, and such an address leads nowhere over the air.`,
      },
      {
        confidence: 0.75,
        needs: clues(
          sent('+CIPOPEN', ({ args, ending }) => privateHost.test(args[2] ?? '') && ending !== 'none'),
          result('+CIPOPEN', [1, 4, 7, 10, 12]),
        ),
        because: 'A socket to a private address can not be opened.',
      },
    ],
    do: [
      'Give the server a public address or name and forward its port in the router, or use a server in the Internet; a VPN or private APN of the operator is the other way.',
    ],
    ask: ['AT+CPING="HOST",1', 'AT+CGPADDR'],
    sources: ['alexCajas/EmbeddedMqttBroker#20'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://192.168.43.1:1883",60,1\n< +CMQTTCONNECT: 0,3\n< ERROR',
      '> AT+CMQTTCONNECT=0,"tcp://10.0.0.7:1883",60,1\n< OK\n@+20s\n< +CMQTTCONNECT: 0,3',
    ],
    nearMisses: [
      '> AT+CMQTTCONNECT=0,"tcp://192.168.43.1:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0',
      '> AT+CMQTTCONNECT=0,"tcp://11.2.3.4:1883",60,1\n< OK\n@+20s\n< +CMQTTCONNECT: 0,3',
      '> AT+CMQTTCONNECT=0,"tcp://192.168.43.1:1883",0,1\n< ERROR',
    ],
  }),
  rule({
    id: 'scheme',
    title: 'The address of the server does not begin with tcp://',
    rung: 'mqtt',
    severity: 'error',
    fragile: true,
    ways: [
      {
        confidence: 0.93,
        needs: clues(
          attempt([12, 'ERROR', 15, 3, 25], ({ scheme, host, line }) => line !== '' && host !== '' && scheme !== 'tcp'),
        ),
        because: (facts) =>
          `The address in ${shortOf(redactLine(attemptIn(facts).line))} begins otherwise; the module takes tcp:// alone, for TLS too.`,
      },
    ],
    do: ['Write "tcp://HOST:PORT". What makes it TLS is the 1 at the end of AT+CMQTTACCQ.'],
    ask: ['AT+CMQTTCONNECT=?', 'AT+CMQTTACCQ?'],
    sources: ['the log of a tracker', '2.2.8 of the application note'],
    examples: [
      '> AT+CMQTTCONNECT=0,"ssl://broker.example:8883",60,1\n< +CMQTTCONNECT: 0,12\n< ERROR',
      '> AT+CMQTTCONNECT=0,"mqtt://broker.example:1883",60,1\n< ERROR',
      '> AT+CMQTTCONNECT=0,"broker.example:1883",60,1\n< ERROR',
    ],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://broker.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,3'],
  }),
  rule({
    id: 'tls-port',
    title: 'Port and encryption do not fit: TLS on a plain port, or a plain connection on a TLS port',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.85,
        needs: clues(
          attempt([], ({ tls, port, outcome }) => tls === false && usualTls.has(port) && isTransport(outcome)),
        ),
        forbids: [never(attemptOk(({ port, tls }) => tls === false && usualTls.has(port)))],
        because: (facts) =>
          `Port ${attemptIn(facts).port} is for TLS as a rule, and the client was acquired without it (server_type 0).`,
      },
      {
        confidence: 0.85,
        needs: clues(
          attempt([], ({ tls, port, outcome }) => tls === true && usualPlain.has(port) && isTransport(outcome)),
        ),
        forbids: [never(attemptOk(({ port, tls }) => tls === true && usualPlain.has(port)))],
        because: (facts) =>
          `Port ${attemptIn(facts).port} is for plain MQTT as a rule, and the client was acquired with TLS (server_type 1).`,
      },
    ],
    do: [
      'TLS: AT+CMQTTACCQ=0,"ID",1 and port 8883. Plain: AT+CMQTTACCQ=0,"ID",0 and port 1883. Release the client before you acquire it anew.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTCONNECT?'],
    sources: ['gasagna/A76XX#11'],
    examples: [
      '> AT+CMQTTACCQ=0,"dev",0\n< OK\n> AT+CMQTTCONNECT=0,"tcp://broker.example:8883",60,1\n< OK\n@+4s\n< +CMQTTCONNECT: 0,26',
      '> AT+CMQTTACCQ=0,"dev",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://broker.example:1883",60,1\n< OK\n@+9s\n< +CMQTTCONNECT: 0,32',
    ],
    nearMisses: [
      '> AT+CMQTTACCQ=0,"dev",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://broker.example:8883",60,1\n< OK\n@+4s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
  rule({
    id: 'unreachable',
    title: 'No TCP connection to the server: nobody listens at this port, or a firewall is in between',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      {
        confidence: 0.75,
        needs: clues(attempt([3], ({ host }) => masked(host) || !privateHost.test(host))),
        because: 'CONNECT fails with 3: the socket could not be connected.',
      },
      {
        confidence: 0.6,
        needs: clues(attempt([4, 7, 8, 16], () => true)),
        because: 'CONNECT fails with a code of its socket or of its network.',
      },
    ],
    do: [
      'Check host and port from another network, and the firewall of the server; then look whether the module has an address (AT+CGPADDR).',
    ],
    ask: ['AT+CGPADDR', 'AT+CDNSGIP="HOST"', 'AT+CPING="HOST",1'],
    sources: ['4.1 of the application note'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://broker.example:18883",60,1\n< OK\n@+20s\n< +CMQTTCONNECT: 0,3'],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://192.168.1.7:1883",60,1\n< OK\n@+20s\n< +CMQTTCONNECT: 0,3'],
  }),
  rule({
    id: 'not-mqtt',
    title: 'What answers at this port is no MQTT server',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      { confidence: 0.8, needs: clues(attempt([24])), because: 'CONNECT fails with 24: what came back is no MQTT.' },
    ],
    do: [
      'Use the port for MQTT over TCP: not the one of HTTP or WebSocket (8080, 9001, 8083, 8084), and not a TLS port without TLS.',
    ],
    ask: ['AT+CMQTTCONNECT?', 'AT+CMQTTACCQ?'],
    sources: ['4.1 of the application note'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://a.example:9001",60,1\n< OK\n< +CMQTTCONNECT: 0,24'],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://a.example:9001",60,1\n< OK\n< +CMQTTCONNECT: 0,3'],
  }),
]

/** Failures below MQTT: port or encryption may be at fault. */
const isTransport = (outcome: AttemptFact['outcome']): boolean =>
  outcome === 'ERROR' || (typeof outcome === 'number' && [1, 3, 6, 15, 17, 24, 26, 32, 34].includes(outcome))

const shortOf = (line: string): string =>
  /"([a-z]+:\/\/)?/i.test(line) ? line.slice(0, line.indexOf('"') + 8) : line.slice(0, 24)
