import type { AttemptFact } from '../facts/fact.ts'
import { adds, attempt, attemptIn, attemptOk, clues, never, sent, shows } from '../matching/clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const byName = /^(?!\d+\.\d+\.\d+\.\d+$)[^*<>]+\.[a-z]/i
const manyNames =
  /\.(?:amazonaws\.com(?:\.cn)?|azure-devices\.net|hivemq\.cloud|emqxsl\.(?:com|cn)|cloud|googleapis\.com|azurewebsites\.net|herokuapp\.com)$/i
const authMode = ({ ssl }: AttemptFact): string => ssl.authmode ?? '0'
const noSni = ({ ssl }: AttemptFact): boolean => ssl.enablesni !== '1'
const checks = (each: AttemptFact): boolean => authMode(each) === '1' || authMode(each) === '2'
const ignoresClock = ({ ssl }: AttemptFact): boolean => ssl.ignorelocaltime !== '0'
const handshake = (where?: (each: AttemptFact) => boolean) =>
  attempt([32, 15, 34], (each) => each.tls !== false && (where?.(each) ?? true))
const unsetClock = shows('+CCLK', ({ values }) => /^(?:70|80|00|04|14)\//.test(values[0] ?? ''))
const setClock = shows('+CCLK', ({ values }) => /^(?:2[2-9]|3\d)\//.test(values[0] ?? ''))
const works = never(attemptOk(({ tls }) => tls === true))

export const tlsRules: readonly CauseRule[] = [
  rule({
    id: 'tls-handshake',
    title: 'The TLS handshake fails',
    rung: 'tls',
    severity: 'error',
    general: true,
    ways: [
      {
        confidence: 0.62,
        needs: clues(attempt([32])),
        because:
          'CONNECT fails with 32. The certificate of the server does not pass, no version or cipher suits both, or the port speaks no TLS.',
      },
    ],
    do: [
      'One after the other: enableSNI 1; the root certificate of this server in cacert; the clock (AT+CCLK?); a short chain at the server.',
      'To find out: authmode 0 for one try (AT+CSSLCFG="authmode",0,0). If it connects then, it is the certificate; put AT+CSSLCFG="authmode",0,1 back afterwards.',
    ],
    ask: ['AT+CSSLCFG=0', 'AT+CCERTLIST', 'AT+CCLK?', 'AT+CMQTTSSLCFG?'],
    sources: ['4.1 of the application note'],
    examples: [
      '> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
    nearMisses: [
      '> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,0',
    ],
  }),
  rule({
    id: 'tls-sni',
    title: 'The server needs its name in the TLS handshake (SNI), and the module does not send it',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.75,
        needs: clues(handshake((each) => noSni(each) && manyNames.test(each.host))),
        forbids: [works],
        because: (facts) =>
          `The TLS connection to ${attemptIn(facts).host} fails; servers of this cloud need the name, and enableSNI was not set to 1.`,
      },
      {
        confidence: 0.6,
        needs: clues(
          attempt([15], (each) => each.tls !== false && noSni(each) && (byName.test(each.host) || each.host === '')),
        ),
        forbids: [works],
        because: 'CONNECT fails with 15, as it is seen where the name is missing; enableSNI was not set to 1.',
      },
      {
        confidence: 0.45,
        needs: clues(attempt([32], (each) => each.tls !== false && noSni(each) && byName.test(each.host))),
        forbids: [works],
        supports: [
          adds(
            0.2,
            attemptOk(({ tls }) => tls === true),
          ),
        ],
        because: 'The TLS connection fails, and enableSNI was not set to 1.',
      },
    ],
    do: [
      'AT+CSSLCFG="enableSNI",0,1 for the SSL context of this client (AT+CMQTTSSLCFG=0,0 binds it), before AT+CMQTTCONNECT.',
    ],
    ask: ['AT+CSSLCFG=0', 'AT+CMQTTSSLCFG?'],
    sources: ['gasagna/A76XX#14'],
    examples: [
      '> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://abc.s1.eu.hivemq.cloud:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
      '> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://mqtt.shop.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,15',
    ],
    nearMisses: [
      '> AT+CSSLCFG="enableSNI",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://abc.s1.eu.hivemq.cloud:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
  rule({
    id: 'tls-clock',
    title: 'The clock of the module is wrong: no certificate is valid yet',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.85,
        needs: clues(
          unsetClock,
          handshake(({ ssl }) => ssl.authmode !== '0'),
        ),
        forbids: [never(setClock, 'before'), works],
        because: 'AT+CCLK? shows a date long ago, and the TLS connection fails.',
      },
      {
        confidence: 0.6,
        needs: clues(handshake((each) => !ignoresClock(each) && checks(each))),
        forbids: [
          never(setClock, 'before'),
          works,
          never(
            sent('+CNTP', ({ ending }) => ending === 'ok'),
            'before',
          ),
        ],
        because:
          'The dates of certificates are checked (ignorelocaltime 0), and the log shows nothing that sets the clock.',
      },
    ],
    do: [
      'Set it before CONNECT: AT+CNTP="pool.ntp.org",0 and AT+CNTP, or AT+CTZU=1 and a new registration; AT+CCLK? must show today.',
      'To find out: AT+CSSLCFG="ignorelocaltime",0,1 leaves the dates out for one try, on firmware that heeds it; put AT+CSSLCFG="ignorelocaltime",0,0 back afterwards.',
    ],
    ask: ['AT+CCLK?', 'AT+CTZU?', 'AT+CSSLCFG=0'],
    sources: ['botletics/SIM7000-LTE-Shield#58'],
    examples: [
      '> AT+CCLK?\n< +CCLK: "80/01/06,00:00:14+00"\n< OK\n> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
    nearMisses: [
      '> AT+CCLK?\n< +CCLK: "80/01/06,00:00:14+00"\n< OK\n> AT+CSSLCFG="authmode",0,0\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
      '> AT+CCLK?\n< +CCLK: "25/06/06,10:00:14+00"\n< OK\n> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
  rule({
    id: 'tls-client-missing',
    title: 'The server wants a certificate of the client, and none is sent',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.85,
        needs: clues(
          attempt(
            [26, 32, 34, 15, 6],
            (each) =>
              each.tls !== false && needsClient.test(each.host) && authMode(each) !== '2' && authMode(each) !== '3',
          ),
        ),
        forbids: [works],
        because: (facts) =>
          `${attemptIn(facts).host} takes clients with a certificate alone, and authmode is ${authMode(attemptIn(facts))}.`,
      },
      {
        confidence: 0.8,
        needs: clues(
          attempt(
            [26, 32, 33, 34, 15],
            ({ ssl, tls }) =>
              tls !== false && ssl.authmode === '2' && (ssl.clientcert === undefined || ssl.clientkey === undefined),
          ),
        ),
        forbids: [works],
        because: 'authmode 2 needs a certificate and a key of the client, and clientcert or clientkey is not set.',
      },
      {
        confidence: 0.4,
        needs: clues(attempt([26], (each) => each.tls === true && authMode(each) !== '2')),
        forbids: [works],
        because: 'The server ends the TLS connection, which it also does when it wants a certificate of the client.',
      },
    ],
    do: [
      'Put certificate and key of the device into the module (AT+CCERTDOWN), then AT+CSSLCFG="authmode",0,2, "clientcert" and "clientkey" of the same context.',
    ],
    ask: ['AT+CSSLCFG=0', 'AT+CCERTLIST'],
    sources: ['logs with AWS IoT'],
    examples: [
      '> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a1b2c3-ats.iot.eu-west-1.amazonaws.com:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,26',
    ],
    nearMisses: [
      '> AT+CSSLCFG="authmode",0,2\n< OK\n> AT+CSSLCFG="clientcert",0,"c.pem"\n< OK\n> AT+CSSLCFG="clientkey",0,"k.pem"\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a1b2c3-ats.iot.eu-west-1.amazonaws.com:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
  rule({
    id: 'tls-ca',
    title: 'The root certificate does not belong to this server',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.8,
        needs: clues(
          handshake((each) => checks(each)),
          attemptOk((each) => each.tls === true && !checks(each)),
        ),
        because: 'With authmode 1 the handshake fails, with authmode 0 it succeeds.',
      },
      {
        confidence: 0.5,
        needs: clues(handshake((each) => checks(each) && each.ssl.cacert !== undefined && !noSni(each))),
        forbids: [works],
        because: 'The server’s certificate is checked against cacert, the name is sent, and the handshake fails.',
      },
      {
        confidence: 0.42,
        needs: clues(handshake((each) => checks(each) && each.ssl.cacert !== undefined)),
        forbids: [works],
        because: 'The server’s certificate is checked against cacert, and the handshake fails.',
      },
    ],
    do: [
      'Take the root at the end of the server’s chain: openssl s_client -connect HOST:8883 -showcerts names it; upload that one, as PEM with LF.',
    ],
    ask: ['AT+CCERTLIST', 'AT+CSSLCFG=0', 'AT+CCLK?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#77'],
    examples: [
      '> AT+CSSLCFG="authmode",0,1\n< OK\n> AT+CSSLCFG="cacert",0,"ca.pem"\n< OK\n> AT+CSSLCFG="enableSNI",0,1\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
    nearMisses: [
      '> AT+CSSLCFG="authmode",0,0\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
  rule({
    id: 'tls-chain-big',
    title: 'The server’s chain of certificates is too long for this firmware',
    rung: 'tls',
    severity: 'error',
    ways: [
      {
        confidence: 0.42,
        needs: clues(attempt([32], (each, view) => each.tls !== false && view.family?.profile === 'a7670c-v11')),
        forbids: [works],
        supports: [
          adds(
            0.25,
            handshake((each) => authMode(each) === '0'),
          ),
        ],
        because: 'An A7670C takes no list of certificates over about 4.5 KB, whatever authmode is.',
      },
      {
        confidence: 0.6,
        needs: clues(
          attempt(
            [32],
            (each, view) =>
              each.tls !== false && authMode(each) === '0' && view.family?.name === 'a76xx' && !noSni(each),
          ),
        ),
        forbids: [works],
        because:
          'The handshake fails with authmode 0 too, where nothing is checked; firmware of this family fails at a list of certificates over 4.5 KB.',
      },
    ],
    do: ['Let the server send a short chain: its own certificate and one intermediate, ECDSA instead of RSA.'],
    ask: ['AT+CGMR', 'AT+CSSLCFG=0'],
    sources: ['notes of a driver for A7670C'],
    examples: [
      '> AT+CGMM\n< A7670C-LASS\n< OK\n> AT+CSSLCFG="enableSNI",0,1\n< OK\n> AT+CSSLCFG="authmode",0,0\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
    nearMisses: [
      '> AT+CGMM\n< SIM7670G-MNGV\n< OK\n> AT+CMQTTACCQ=0,"a",1\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+5s\n< +CMQTTCONNECT: 0,32',
    ],
  }),
]

const needsClient = /\.amazonaws\.com(?:\.cn)?$/i
