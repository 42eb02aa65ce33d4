import type { Exchange } from '../facts/fact.ts'
import { anyCommand, clues, cme, never, refused, result, sent, shows, wasRefused } from '../matching/clues.ts'
import { onNetwork } from '../matching/registration-clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const placeholder =
  /^(?:your[-_. ]?(?:apn|network|operator).*|apn|<.*>|\[.*\]|apn[-_. ]?(?:name|here)|my[-_ ]?apn|yourapn|xxx+|\*{3,}|change[-_ ]?me|todo|example)$/i
const apnOf = ({ args }: Exchange): string => args[2] ?? ''
const refusedApn = cme(
  [127, 128, 129, 131, 132, 133, 148, 149],
  /unknown APN|\(#(?:8|27|29|3[0-9]|50|51)\)|not subscribed|user authentication failed|PDP authentication|unspecified GPRS|unknown pdp|request rej|service option/i,
)
const address = shows('+CGPADDR', ({ values }) => /^(?!0\.0\.0\.0)\d+\.\d+\.\d+\.\d+/.test(values[1] ?? ''))
const lost = {
  kind: 'value' as const,
  where: ({ text }: { readonly text: string }) =>
    /PDN DEACT|NW DETACH|ME DETACH|NETWORK CLOSED UNEXPECTEDLY|\+NETCLOSE: 0.*unexpected/i.test(text),
}
const askedDown = anyCommand(
  ({ name, args, form }) =>
    (name === '+NETCLOSE' && form !== 'read') ||
    (form === 'write' &&
      (name === '+CGACT' || name === '+CGATT' || name === '+CFUN') &&
      (args[0] === '0' || args[0] === '4')) ||
    (name === '+COPS' && form === 'write' && args[0] === '2') ||
    name === '+CRESET' ||
    name === '+CPOF' ||
    (name === '+CFUN' && form === 'write'),
)

export const dataRules: readonly CauseRule[] = [
  rule({
    id: 'apn-placeholder',
    title: 'The APN is still the placeholder of the example',
    rung: 'pdp',
    severity: 'error',
    beats: ['apn-refused', 'no-address', 'reg-searching', 'reg-denied'],
    ways: [
      {
        confidence: 0.93,
        needs: clues(sent('+CGDCONT', (fact) => placeholder.test(apnOf(fact)))),
        because: 'AT+CGDCONT sets an APN that no operator has.',
      },
      {
        confidence: 0.9,
        needs: clues(shows('+CGDCONT', ({ values }) => placeholder.test(values[2] ?? ''))),
        because: 'AT+CGDCONT? shows an APN that no operator has.',
      },
      {
        confidence: 0.85,
        needs: clues(sent('+CSTT', ({ args }) => placeholder.test(args[0] ?? ''))),
        because: 'AT+CSTT sets an APN that no operator has.',
      },
    ],
    do: [
      'Put the APN of your operator into the program: AT+CGDCONT=1,"IP","…", then AT+CFUN=0 and AT+CFUN=1, for cid 1 is used when the module attaches.',
    ],
    ask: ['AT+CGDCONT?', 'AT+CGPADDR'],
    sources: ['vshymanskyy/TinyGSM#421', 'Xinyuan-LilyGO/LilyGo-Modem-Series#178'],
    examples: [
      '> AT+CGDCONT=1,"IP","YourAPN"\n< OK\n> AT+CGACT=1,1\n< ERROR',
      '> AT+CGDCONT=1,"IP","your apn"\n< OK',
      '> AT+CGDCONT=1,"IP","your.apn.here"\n< OK',
    ],
    nearMisses: ['> AT+CGDCONT=1,"IP","internet"\n< OK\n> AT+CGACT=1,1\n< OK'],
  }),
  rule({
    id: 'apn-refused',
    title: 'The network refuses the APN, or its user and password',
    rung: 'pdp',
    severity: 'error',
    ways: [
      {
        confidence: 0.88,
        needs: clues(anyCommand((fact, view) => dataCommand(fact) && refusedApn(fact, view))),
        forbids: [never(address, 'after')],
        because: 'The network names a reason for refusing the data connection.',
      },
      {
        confidence: 0.75,
        needs: clues(onNetwork, result('+CMQTTSTART', [9])),
        forbids: [never(result('+CMQTTSTART', [0]), 'after')],
        because: 'The module is registered, and the MQTT service gets no data connection (9).',
      },
      {
        confidence: 0.6,
        needs: clues(
          onNetwork,
          refused('+CGACT', ({ args }) => args[0] === '1'),
        ),
        forbids: [
          never(address, 'after'),
          never(result('+NETOPEN', [0]), 'after'),
          never(result('+CMQTTSTART', [0]), 'after'),
        ],
        because: 'The module is registered, and the data connection is refused.',
      },
    ],
    do: [
      'Compare APN, user and password with those of the operator: AT+CGDCONT?, AT+CGAUTH?.',
      'Set them before the module attaches (AT+CFUN=0, AT+CGDCONT=…, AT+CFUN=1). "Not subscribed" (#33) means that the tariff has no such service.',
    ],
    ask: ['AT+CGDCONT?', 'AT+CGPADDR', 'AT+CEER', 'AT+CGAUTH?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#178', '3GPP TS 24.301, annex B'],
    examples: [
      '> AT+CGDCONT=1,"IP","web.example"\n< OK\n> AT+CGACT=1,1\n< +CME ERROR: requested service option not subscribed (#33)',
      '> AT+CGACT=1,1\n< +CME ERROR: 133',
      '> AT+CEREG?\n< +CEREG: 0,1\n< OK\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 9',
    ],
    nearMisses: [
      '> AT+CEREG?\n< +CEREG: 0,1\n< OK\n> AT+CGACT=1,1\n< +CME ERROR: unknown error\n> AT+CGPADDR\n< +CGPADDR: 1,10.1.2.3\n< OK',
    ],
  }),
  rule({
    id: 'no-address',
    title: 'The module is registered and has no data connection',
    rung: 'pdp',
    severity: 'error',
    ways: [
      {
        confidence: 0.65,
        needs: clues(
          onNetwork,
          shows('+CGPADDR', ({ values }) => values.length > 0 && /^(?:|0\.0\.0\.0.*)$/.test(values[1] ?? '')),
        ),
        forbids: [never(address), never(result('+NETOPEN', [0]), 'after'), never(result('+CMQTTSTART', [0]), 'after')],
        because: 'It is registered, and AT+CGPADDR shows no address.',
      },
      {
        confidence: 0.6,
        needs: clues(onNetwork, result('+NETOPEN', [1])),
        forbids: [never(result('+NETOPEN', [0])), never(address), never(shows('+IPADDR'))],
        because: 'It is registered, and NETOPEN fails.',
      },
      {
        confidence: 0.55,
        needs: clues(onNetwork, refused('+NETOPEN')),
        forbids: [never(result('+NETOPEN', [0])), never(address), never(shows('+IPADDR')), never(shows('+IP ERROR'))],
        because: 'It is registered, and NETOPEN is refused.',
      },
      {
        confidence: 0.6,
        needs: clues(shows('+IP ERROR', ({ text }) => /Network not opened|Open failure/i.test(text))),
        forbids: [never(address, 'after'), never(result('+NETOPEN', [0]), 'after')],
        because: 'The module says that its network is not open.',
      },
    ],
    do: [
      'Check the APN (AT+CGDCONT?) and activate it: AT+CGACT=1,1, or AT+NETOPEN for sockets; then AT+CGPADDR must show an address.',
    ],
    ask: ['AT+CGDCONT?', 'AT+CGACT?', 'AT+CGPADDR', 'AT+CEER'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#178'],
    examples: ['> AT+CEREG?\n< +CEREG: 0,1\n< OK\n> AT+CGPADDR=1\n< +CGPADDR: 1,0.0.0.0\n< OK'],
    nearMisses: [
      '> AT+CEREG?\n< +CEREG: 0,1\n< OK\n> AT+NETOPEN\n< OK\n< +NETOPEN: 1\n> AT+IPADDR\n< +IPADDR: 10.3.2.1\n< OK',
    ],
  }),
  rule({
    id: 'pdn-cid',
    title: 'The data connection runs over another PDP context than the one that was set up',
    rung: 'pdp',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.65,
        needs: clues(
          sent('+CGDCONT', ({ form, args, ending }) => form === 'write' && args[0] === '1' && ending === 'ok'),
          shows('+CGACT', ({ values, urc }) => !urc && values[0] !== '1' && values[1] === '1'),
        ),
        forbids: [never(shows('+CGACT', ({ values }) => values[0] === '1' && values[1] === '1'))],
        because: 'The APN is set for context 1, and another one is active.',
      },
      {
        confidence: 0.6,
        needs: clues(
          shows('+CGPADDR', ({ values }) => values[0] === '1' && /^(?:|0\.0\.0\.0.*)$/.test(values[1] ?? '')),
          shows('+CGPADDR', ({ values }) => values[0] !== '1' && /^(?!0\.0)\d+\./.test(values[1] ?? '')),
        ),
        because: 'Context 1 has no address, and another one has.',
      },
    ],
    do: [
      'Use one context for everything: the APN in cid 1, and AT+CSOCKSETPN=1,1 where sockets are used; undefine the others (AT+CGDCONT=2).',
    ],
    ask: ['AT+CGDCONT?', 'AT+CGACT?', 'AT+CGPADDR'],
    sources: ['vshymanskyy/TinyGSM#649'],
    examples: ['> AT+CGDCONT=1,"IP","internet"\n< OK\n> AT+CGACT?\n< +CGACT: 1,0\n< +CGACT: 2,1\n< OK'],
    nearMisses: ['> AT+CGDCONT=1,"IP","internet"\n< OK\n> AT+CGACT?\n< +CGACT: 1,1\n< +CGACT: 2,1\n< OK'],
  }),
  rule({
    id: 'bearer-lost',
    title: 'The network took the data connection away',
    rung: 'pdp',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.8,
        needs: clues(lost),
        forbids: [never(askedDown, 'before')],
        because: 'The module reports that its data connection was ended, and the host did not end it.',
      },
      {
        confidence: 0.7,
        needs: clues(shows('+CMQTTNONET')),
        forbids: [never(askedDown, 'before')],
        because: 'The module reports that the network is gone (NONET), and the host did not end it.',
      },
      {
        confidence: 0.7,
        needs: clues(shows('+CMQTTCONNLOST', ({ values }) => values[1] === '3')),
        forbids: [never(askedDown, 'before')],
        because: 'The connection was lost because the network closed (cause 3).',
      },
    ],
    do: [
      'Begin again from the bottom: wait for registration (AT+CEREG?), the PDP context (AT+CGACT=1,1), then START, ACCQ, CONNECT; to connect MQTT alone does not help.',
    ],
    ask: ['AT+CEREG?', 'AT+CGACT?', 'AT+CGPADDR', 'AT+CSQ'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#110', 'vshymanskyy/TinyGSM#737'],
    examples: [
      '> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,0\n@+90s\n< +CGEV: NW PDN DEACT 1\n< +CMQTTNONET',
      '< +CIPEVENT: NETWORK CLOSED UNEXPECTEDLY',
    ],
    nearMisses: ['> AT+CGACT=0,1\n< OK\n< +CGEV: ME PDN DEACT 1'],
  }),
  rule({
    id: 'already-so',
    title: 'The answer means that it is so already; harmless',
    rung: 'pdp',
    severity: 'note',
    ways: [
      {
        confidence: 0.7,
        needs: clues(result('+NETCLOSE', [2])),
        because: '2 of NETCLOSE: the network was not open.',
      },
      {
        confidence: 0.7,
        needs: clues(shows('+IP ERROR', ({ text }) => /already (?:opened|closed)/i.test(text))),
        because: 'The module says that it is so already.',
      },
      {
        confidence: 0.6,
        needs: clues(
          sent('+NETOPEN', ({ ending }) => ending === 'ok'),
          shows('+NETOPEN', ({ values, urc }) => values[0] === '1' && !urc),
          shows('+IPADDR'),
        ),
        because: '1 of NETOPEN? means that the network is open.',
      },
    ],
    do: ['Nothing: go on.'],
    ask: ['AT+NETOPEN?', 'AT+IPADDR'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#178'],
    examples: ['> AT+NETCLOSE\n< +NETCLOSE: 2\n< ERROR'],
    nearMisses: ['> AT+NETCLOSE\n< OK\n< +NETCLOSE: 0'],
  }),
  rule({
    id: 'dns',
    title: 'The name of the server is not found',
    rung: 'pdp',
    severity: 'error',
    ways: [
      {
        confidence: 0.85,
        needs: clues({ kind: 'attempt', where: ({ outcome }: { readonly outcome: unknown }) => outcome === 25 }),
        because: 'CONNECT fails with 25: the name could not be resolved.',
      },
      {
        confidence: 0.85,
        needs: clues(shows('+CDNSGIP', ({ values }) => values[0] === '0')),
        because: 'AT+CDNSGIP finds no address for the name.',
      },
      {
        confidence: 0.75,
        needs: clues(shows('+IP ERROR', ({ text }) => /DNS/i.test(text))),
        because: 'The module reports a failed DNS query.',
      },
    ],
    do: [
      'Check the spelling of the name; try AT+CDNSGIP="example.com". Where no name is found, check the APN and set a DNS server: AT+CDNSCFG="8.8.8.8","1.1.1.1".',
    ],
    ask: ['AT+CDNSGIP="HOST"', 'AT+CDNSCFG?', 'AT+CGPADDR'],
    sources: ['4.1 of the application note'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://brocker.example:1883",60,1\n< OK\n@+9s\n< +CMQTTCONNECT: 0,25',
      '> AT+CDNSGIP="mqtt.exmaple"\n< +CDNSGIP: 0,10\n< ERROR',
    ],
    nearMisses: ['> AT+CDNSGIP="mqtt.example"\n< +CDNSGIP: 1,"mqtt.example","192.0.2.9"\n< OK'],
  }),
]

const dataNames = new Set(['+CGACT', '+CGATT', '+NETOPEN', '+CGDCONT', '+CNACT', '+CIICR', '+CSTT', '+CMQTTSTART', 'D'])
const dataCommand = (fact: Exchange): boolean => wasRefused(fact) && dataNames.has(fact.name)
