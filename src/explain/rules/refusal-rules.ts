import { anyCommand, attempt, attemptIn, attemptOk, clues, never, printed } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'
import { hangingConnect } from '../matching/service-clues.ts'

const cloud =
  /\.(?:amazonaws\.com(?:\.cn)?|azure-devices\.net|hivemq\.cloud|emqxsl\.(?:com|cn)|thingsboard\.cloud|googleapis\.com|iot\.[\w.]+)$/i

/** Accepted with OK, and its result is not in the log. */
const unanswered: Clue<'attempt'> = {
  kind: 'attempt',
  where: ({ outcome, line }) => outcome === 'none' && line !== '',
}
const lostOrStarted: Clue = {
  kind: 'value',
  where: (fact) => /^\+CMQTT(?:CONNLOST|NONET)/.test((fact as { readonly name: string }).name),
}

export const refusalRules: readonly CauseRule[] = [
  rule({
    id: 'mqtt-version',
    title: 'The server wants MQTT 3.1.1, and the module speaks 3.1 unless it is told',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      {
        confidence: 0.92,
        needs: clues(attempt([27])),
        because: 'CONNECT fails with 27: the server does not take this version of MQTT.',
      },
      {
        confidence: 0.55,
        needs: clues(
          attempt([26, 6], ({ host, version, tls }) => cloud.test(host) && version !== '4' && tls !== false),
        ),
        because: 'The server closes the connection, is one that takes MQTT 3.1.1 alone, and the version was not set.',
      },
    ],
    do: [
      'Between ACCQ and CONNECT: AT+CMQTTCFG="version",0,4. On a SIM7600 the version is the fourth parameter of ACCQ.',
    ],
    ask: ['AT+CMQTTCFG=?', 'AT+CMQTTCFG?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#125'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:8883",60,1\n< OK\n@+3s\n< +CMQTTCONNECT: 0,27'],
    nearMisses: [
      '> AT+CMQTTCFG="version",0,4\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.azure-devices.net:8883",60,1\n< OK\n@+3s\n< +CMQTTCONNECT: 0,26',
    ],
  }),
  rule({
    id: 'client-id-refused',
    title: 'The server does not take the client ID',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      { confidence: 0.9, needs: clues(attempt([28])), because: 'CONNECT fails with 28: the identifier is rejected.' },
    ],
    do: ['Use another ID: letters and digits, at most 23 of them, and each once. Clouds want the name of the device.'],
    ask: ['AT+CMQTTACCQ?'],
    sources: ['4.1 of the application note'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,28'],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,29'],
  }),
  rule({
    id: 'server-unavailable',
    title: 'The server is there and can not serve just now',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      { confidence: 0.85, needs: clues(attempt([29])), because: 'CONNECT fails with 29: the server is unavailable.' },
    ],
    do: ['Try again later, and look at the log of the server.'],
    ask: [],
    sources: ['4.1 of the application note'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,29'],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,28'],
  }),
  rule({
    id: 'login',
    title: 'User name or password is wrong, or missing',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      { confidence: 0.92, needs: clues(attempt([30])), because: 'CONNECT fails with 30: bad user name or password.' },
      {
        confidence: 0.75,
        needs: clues(attempt([31], ({ hasPassword, line }) => !hasPassword && line !== '')),
        because: 'CONNECT fails with 31, not authorized, and has no password.',
      },
    ],
    do: ['Check both: they end AT+CMQTTCONNECT, each in quotes: …,60,1,"USER","PASSWORD".'],
    ask: ['AT+CMQTTCONNECT?'],
    sources: ['4.1 of the application note'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1,"u","p"\n< OK\n< +CMQTTCONNECT: 0,30'],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1,"u","p"\n< OK\n< +CMQTTCONNECT: 0,31'],
  }),
  rule({
    id: 'not-authorized',
    title: 'The server does not allow this client to connect',
    rung: 'mqtt',
    severity: 'error',
    ways: [{ confidence: 0.85, needs: clues(attempt([31])), because: 'CONNECT fails with 31: not authorized.' }],
    do: ['Check user name, password and client ID, and the access rules of the server for them.'],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTCONNECT?'],
    sources: ['4.1 of the application note'],
    examples: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1,"u","p"\n< OK\n< +CMQTTCONNECT: 0,31'],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://hub.example:1883",60,1,"u","p"\n< OK\n< +CMQTTCONNECT: 0,30'],
  }),
  rule({
    id: 'server-closed',
    title: 'The server closes the connection before it accepts it',
    rung: 'mqtt',
    severity: 'error',
    general: true,
    ways: [
      {
        confidence: 0.6,
        needs: clues(attempt([26, 6])),
        because: 'CONNECT fails, and the server ended the connection.',
      },
    ],
    do: [
      'Check the port and whether it wants TLS, then the log of the server: client ID, login, MQTT version, a client certificate.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTSSLCFG?', 'AT+CMQTTCFG?'],
    sources: ['4.1 of the application note'],
    examples: [
      '> AT+CMQTTACCQ=0,"a",0\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,26',
    ],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0'],
  }),
  rule({
    id: 'server-silent',
    title: 'The server takes the connection and does not answer',
    rung: 'mqtt',
    severity: 'error',
    ways: [
      {
        confidence: 0.65,
        needs: clues(attempt([17])),
        because: 'CONNECT fails with 17: no answer in time.',
      },
      {
        confidence: 0.7,
        needs: clues(
          unanswered,
          anyCommand(({ name }) => name.startsWith('+CMQTT'), { afterMs: 30_000 }),
        ),
        forbids: [never(lostOrStarted, 'after')],
        because: 'CONNECT is accepted, and half a minute later its result is still not there.',
      },
      {
        confidence: 0.58,
        needs: clues(
          unanswered,
          anyCommand(({ name, ms }) => name === '+CMQTTCONNECT' && ms === undefined),
        ),
        forbids: [never(lostOrStarted, 'after')],
        because: 'CONNECT is accepted, its result does not come, and the host tries again.',
      },
      {
        confidence: 0.6,
        needs: clues(attemptOk(), {
          kind: 'result',
          where: ({ name, code }: { readonly name: string; readonly code: number }) =>
            code === 17 && /^\+CMQTT(?:PUB|SUB|UNSUB)$/.test(name),
        }),
        because: 'The connection is there, and an operation gets no answer in time (17).',
      },
      {
        confidence: 0.6,
        needs: clues(hangingConnect),
        forbids: [
          never(
            anyCommand(({ ending }) => ending !== 'none'),
            'after',
          ),
        ],
        because:
          'CONNECT gets no answer, and what follows none either: an A7670 answers when the connection is made or has failed, and nothing meanwhile.',
      },
    ],
    do: [
      'Check that the port speaks MQTT, and TLS only where ACCQ says so; look at the signal. A publish that fails with 17 may have arrived all the same.',
    ],
    ask: ['AT+CSQ', 'AT+CMQTTDISC?', 'AT+CEREG?'],
    sources: ['4.1 of the application note'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n@+60s\n< +CMQTTCONNECT: 0,17',
      '> AT+CGMM\n< A7670E-FASE\n< OK\n> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n@+120s\n> AT\n@+9s\n> AT\n@+9s\n> AT\n@+9s\n> AT',
    ],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n@+60s\n< +CMQTTCONNECT: 0,3'],
  }),
  rule({
    id: 'connect-late',
    title: 'The host gives up before the result of CONNECT is there',
    rung: 'mqtt',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.7,
        needs: clues(printed(/(?:connect|mqtt).{0,20}(?:fail|time.?out)/i), {
          ...attemptOk(({ tookMs = 0 }) => tookMs > 10_000),
          withinMs: 300_000,
        }),
        because: (facts) =>
          `The host reports a failure, and the connection is there ${Math.round((attemptIn(facts).tookMs ?? 0) / 1000)} s after the command.`,
      },
    ],
    do: [
      'Wait longer for +CMQTTCONNECT: 60 s over TCP, 120 s and more over TLS, and look at AT+CMQTTCONNECT? before you try again.',
    ],
    ask: ['AT+CMQTTCONNECT?'],
    sources: ['logs of SIM7600 modules'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+10s\n# MQTT connect timeout\n@+15s\n< +CMQTTCONNECT: 0,0',
    ],
    nearMisses: ['> AT+CMQTTCONNECT=0,"tcp://a.example:8883",60,1\n< OK\n@+2s\n< +CMQTTCONNECT: 0,0'],
  }),
]
