import type { Exchange, ResultFact } from '../facts/fact.ts'
import { anyCommand, clues, never, printed, refused, result, sent, shows, started } from '../matching/clues.ts'
import { onNetwork } from '../matching/registration-clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'
import { clientBefore, needsService } from '../matching/service-clues.ts'

const serviceUnknown = ({ believed }: Exchange | ResultFact): boolean => believed?.service === 'unknown'
const startOf = (test: (fact: Exchange) => boolean = () => true): Clue<'exchange'> =>
  refused('+CMQTTSTART', (fact) => fact.form === 'execute' && test(fact))
const ownStart = sent('+CMQTTSTART', ({ ending }) => ending === 'ok')
/** What a microcontroller prints when it starts. */
const hostBoot = printed(
  /\brst:0x|\bets [A-Z][a-z]{2} +\d|\bcpu_start:|watchdog (?:got )?triggered|Guru Meditation|Booting Zephyr/i,
)

export const serviceRules: readonly CauseRule[] = [
  rule({
    id: 'start-early',
    title: 'The MQTT service was started before the data connection was up',
    rung: 'service',
    severity: 'error',
    ways: [
      {
        confidence: 0.85,
        needs: clues(result('+CMQTTSTART', [1]), {
          kind: 'value',
          where: ({ text }: { readonly text: string }) => /^(?:PB DONE|SMS DONE|\+CGEV: (?:EPS|ME) PDN ACT)/.test(text),
        }),
        because: 'START fails with 1, and the lines that tell of the end of the start come after it.',
      },
      {
        confidence: 0.75,
        needs: clues(result('+CMQTTSTART', [1])),
        forbids: [never(onNetwork, 'before')],
        because: 'START fails with 1, and the log shows no registration before it.',
      },
      {
        confidence: 0.6,
        needs: clues(result('+CMQTTSTART', [1])),
        because: 'START fails because the data connection is not there.',
      },
    ],
    do: [
      'Wait for PB DONE and until AT+CGPADDR shows an address; after a failed START send AT+CMQTTSTOP, then START again.',
    ],
    ask: ['AT+CGPADDR', 'AT+CEREG?', 'AT+CGACT?'],
    sources: ['drivers for A7670 and A7672'],
    examples: [
      '< *ATREADY: 1\n< +CPIN: READY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 1\n@+3s\n< +CGEV: EPS PDN ACT 1\n< PB DONE',
    ],
    nearMisses: ['< PB DONE\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0'],
  }),
  rule({
    id: 'host-restarted',
    title: 'The host was restarted and the module was not: its MQTT service still has the state of the earlier run',
    rung: 'service',
    severity: 'warning',
    beats: ['bare-error', 'started-twice'],
    ways: [
      {
        confidence: 0.88,
        needs: clues(result('+CMQTTSTART', [23])),
        forbids: [never(ownStart, 'before'), never(started(), 'before')],
        because: 'START fails with 23, already opened, and this log did not open it.',
      },
      {
        confidence: 0.85,
        needs: clues(
          startOf(serviceUnknown),
          sent('+CMQTTACCQ', ({ ending }) => ending === 'ok'),
        ),
        forbids: [never(ownStart, 'before'), never(started(), 'before'), never(result('+CMQTTSTART', [0]))],
        because: 'START is refused at once, and afterwards the service works: it was started before this log.',
      },
      {
        confidence: 0.52,
        needs: clues(startOf(serviceUnknown)),
        forbids: [never(ownStart, 'before'), never(started(), 'before'), never(result('+CMQTTSTART', [0]), 'after')],
        because:
          'START is refused at once, which it is when the service runs already; this log shows neither a start of the module nor of the service before it.',
      },
      {
        confidence: 0.85,
        needs: clues(
          result(
            '+CMQTTACCQ',
            [19],
            (fact) => clientBefore(fact)?.state === 'unknown' || clientBefore(fact)?.state === 'free',
          ),
        ),
        forbids: [
          never(
            sent('+CMQTTACCQ', ({ ending }) => ending === 'ok'),
            'before',
          ),
        ],
        because: 'The client is in use (19), and this log did not acquire it.',
      },
      {
        confidence: 0.75,
        needs: clues(result('+CMQTTSTOP', [19, 21], serviceUnknown)),
        because: 'STOP fails because a client is still held, and this log did not acquire it.',
      },
      {
        confidence: 0.88,
        needs: clues(ownStart, hostBoot, result('+CMQTTSTART', [23])),
        forbids: [never(started(), 'between')],
        because: 'The host starts anew in the middle of the log, and then START fails with 23, already opened.',
      },
    ],
    do: [
      'At the start of the program: AT+CMQTTDISC=0,60, AT+CMQTTREL=0, AT+CMQTTSTOP, without minding their errors; then START. Or go on with what is there: AT+CMQTTACCQ? and AT+CMQTTCONNECT? show it.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTCONNECT?'],
    sources: ['elementzonline/Arduino-Sample-Codes#13'],
    examples: [
      '> AT+CMQTTSTART\n< +CMQTTSTART: 23\n< ERROR',
      '> AT\n< OK\n> AT+CMQTTSTART\n< ERROR\n> AT+CMQTTACCQ=0,"dev-1",0\n< +CMQTTACCQ: 0,19\n< ERROR',
    ],
    nearMisses: ['< *ATREADY: 1\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTSTART\n< +CMQTTSTART: 23\n< ERROR'],
  }),
  rule({
    id: 'started-twice',
    title: 'The MQTT service or its client is started a second time',
    rung: 'service',
    severity: 'warning',
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          sent('+CMQTTSTART', ({ ending }) => ending === 'ok'),
          startOf(({ believed }) => believed?.service === 'started'),
        ),
        because: 'START is refused because the service was started before, in this log.',
      },
      {
        confidence: 0.75,
        needs: clues(ownStart, result('+CMQTTSTART', [23])),
        because: 'START is refused (23) because the service was started before, in this log.',
      },
      {
        confidence: 0.75,
        needs: clues(
          sent('+CMQTTACCQ', ({ ending }) => ending === 'ok'),
          result('+CMQTTACCQ', [19]),
        ),
        because: 'ACCQ is refused (19) because the client was acquired before, in this log.',
      },
      {
        confidence: 0.75,
        needs: clues(
          { kind: 'attempt', where: ({ outcome }: { readonly outcome: unknown }) => outcome === 'ok' },
          { kind: 'attempt', where: ({ outcome }: { readonly outcome: unknown }) => outcome === 13 || outcome === 19 },
        ),
        because: 'CONNECT is refused because the client is connected already.',
      },
    ],
    do: [
      'Remember what is started, and after a failure go on from there: START and ACCQ once, then CONNECT as often as needed.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTDISC?'],
    sources: ['2.2.1 of the application note'],
    examples: ['< QCRDY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTSTART\n< ERROR'],
    nearMisses: ['> AT+CMQTTSTART\n< ERROR'],
  }),
  rule({
    id: 'held-client',
    title: 'STOP is refused because a client was not released',
    rung: 'service',
    severity: 'warning',
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          sent('+CMQTTACCQ', ({ ending }) => ending === 'ok'),
          result('+CMQTTSTOP', [19, 21]),
        ),
        forbids: [never(refused('+CMQTTREL'), 'between')],
        because: 'STOP fails while a client that this log acquired is held.',
      },
    ],
    do: ['In this order: AT+CMQTTDISC=0,60, wait for its result, AT+CMQTTREL=0, AT+CMQTTSTOP.'],
    ask: ['AT+CMQTTACCQ?'],
    sources: ['2.2.2 of the application note'],
    examples: [
      '< QCRDY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"a",0\n< OK\n> AT+CMQTTSTOP\n< +CMQTTSTOP: 19\n< ERROR',
    ],
    nearMisses: ['> AT+CMQTTSTOP\n< +CMQTTSTOP: 21\n< ERROR'],
  }),
  rule({
    id: 'service-reads-refused',
    title: 'A read form is refused because the MQTT service is not started; harmless',
    rung: 'service',
    severity: 'note',
    ways: [
      {
        confidence: 0.5,
        needs: clues(
          anyCommand(({ name, form, ending }) => form === 'read' && ending === 'error' && needsService.has(name)),
        ),
        forbids: [never(result('+CMQTTSTART', [0]), 'before'), never(shows('+CMQTTRXSTART'), 'before')],
        because: 'Read forms are answered with ERROR before AT+CMQTTSTART.',
      },
    ],
    do: ['Nothing: start the service first.'],
    ask: [],
    sources: ['2.2.1 of the application note'],
    examples: ['> AT+CMQTTACCQ?\n< ERROR\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0'],
    nearMisses: ['> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ?\n< +CMQTTACCQ: 0,"",0\n< OK'],
  }),
]
