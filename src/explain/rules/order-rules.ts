import type { ResultFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { anyCommand, clues, never, result, sent } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'
import { clientBefore, needsService } from '../matching/service-clues.ts'

/** CONNECT while the result of another one is awaited: nobody does so at once. */
const triedAgain = result('+CMQTTCONNECT', [14])
const isBusy = (where: (fact: ResultFact, view: FactView) => boolean = () => true): Clue<'result'> => ({
  kind: 'result',
  where: (fact, view) => fact.code === 14 && fact.name.startsWith('+CMQTT') && where(fact, view),
})

/** How long the operation that is under way has been; 0 where the log has no times. */
function waitsMs({ at, ms }: ResultFact, view: FactView): number {
  const begun = view
    .all('exchange')
    .findLast((each) => each.at < at && each.ending === 'ok' && /^\+CMQTT(?:CONNECT|PUB|SUB|UNSUB)$/.test(each.name))
  return ms === undefined || begun?.ms === undefined ? 0 : ms - begun.ms
}

/** Nothing was published or subscribed between DISC and the result. */
function afterDisc({ at, name }: ResultFact, view: FactView): boolean {
  const commands = view
    .all('exchange')
    .filter((each) => each.at < at && (each.name === '+CMQTTDISC' || each.name === name))
  return commands.at(-1)?.name === '+CMQTTDISC' && commands.at(-1)?.ending === 'ok' && commands.at(-2)?.name === name
}

export const orderRules: readonly CauseRule[] = [
  rule({
    id: 'order',
    title: 'A command came before the one that it needs',
    rung: 'service',
    severity: 'error',
    fragile: true,
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          anyCommand(
            (fact) =>
              fact.ending === 'error' &&
              fact.believed?.service === 'stopped' &&
              needsService.has(fact.name) &&
              fact.form === 'write',
          ),
        ),
        forbids: [never(sent('+CMQTTSTART'), 'before')],
        because: 'The module was started in this log, and AT+CMQTTSTART was not sent before this command.',
      },
      {
        confidence: 0.7,
        needs: clues({
          kind: 'result',
          where: (fact: ResultFact) =>
            fact.code === 20 &&
            /^\+CMQTT/.test(fact.name) &&
            fact.name !== '+CMQTTREL' &&
            clientBefore(fact)?.state !== 'acquired',
        }),
        forbids: [never(sent('+CMQTTACCQ'), 'before')],
        because: 'The client is not acquired (20), and this log did not try to acquire it.',
      },
      {
        confidence: 0.72,
        needs: clues(result('+CMQTTPUB', [11], (fact) => clientBefore(fact)?.state !== 'connected')),
        forbids: [never(sent('+CMQTTCONNECT'), 'before')],
        because: 'There is no connection (11), and this log did not connect.',
      },
      {
        confidence: 0.72,
        needs: clues(result('+CMQTTSUB', [11])),
        forbids: [never(sent('+CMQTTCONNECT'), 'before')],
        because: 'There is no connection (11), and this log did not connect.',
      },
      {
        confidence: 0.75,
        needs: clues(result('+CMQTTPUB', [18])),
        because: 'PUB fails with 18: each PUB needs a topic of its own before it.',
      },
    ],
    do: [
      'In this order: START, ACCQ, CONNECT, and wait for +CMQTTCONNECT: 0,0; then TOPIC, PAYLOAD, PUB for each message, SUB for each filter.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTCONNECT?'],
    sources: ['2.2 of the application note'],
    examples: ['< QCRDY\n> AT+CMQTTACCQ=0,"dev",0\n< ERROR', '> AT+CMQTTSUB=0,3,1\n< +CMQTTSUB: 0,11\n< ERROR'],
    nearMisses: ['< QCRDY\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"dev",0\n< OK'],
  }),
  rule({
    id: 'busy',
    title: 'The next command came before the result of the one before it',
    rung: 'application',
    severity: 'error',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.85,
        needs: clues(isBusy((fact, view) => fact.name !== '+CMQTTCONNECT' && waitsMs(fact, view) < 45_000)),
        forbids: [never(triedAgain)],
        because: 'The client is busy (14): an operation of this client has no result yet.',
      },
      {
        confidence: 0.45,
        needs: clues(isBusy()),
        because: 'The client is busy (14): it still waits for the result of an operation.',
      },
    ],
    do: [
      'One operation a client at a time: wait for +CMQTTPUB: 0,0 or +CMQTTSUB: 0,0, and while a message comes in for +CMQTTRXEND, before the next.',
    ],
    ask: ['AT+CMQTTDISC?'],
    sources: ['https://forum.freematics.com/viewtopic.php?p=48217'],
    examples: ['> AT+CMQTTPUB=0,1,60\n< OK\n> AT+CMQTTTOPIC=0,3\n< +CMQTTTOPIC: 0,14\n< ERROR'],
    nearMisses: ['> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,0\n> AT+CMQTTTOPIC=0,3\n< >\n>> abc\n< OK'],
  }),
  rule({
    id: 'disc-before-result',
    title: 'The host disconnects before the result of its last message or subscription',
    rung: 'application',
    severity: 'error',
    comesAndGoes: true,
    beats: ['err-6', 'policy', 'result-missing'],
    ways: [
      {
        confidence: 0.85,
        needs: clues(
          sent('+CMQTTDISC', ({ form }) => form === 'write'),
          result('+CMQTTPUB', [6], afterDisc),
        ),
        because: 'DISC is sent while PUB has no result yet; PUB then ends with 6, and nobody knows whether it arrived.',
      },
      {
        confidence: 0.8,
        needs: clues(
          sent('+CMQTTDISC', ({ form }) => form === 'write'),
          result('+CMQTTSUB', [6], afterDisc),
        ),
        because: 'DISC is sent while SUB has no result yet; SUB then ends with 6.',
      },
    ],
    do: ['Wait for +CMQTTPUB: 0,0 (and +CMQTTSUB: 0,0), as long as their time-outs, before AT+CMQTTDISC.'],
    ask: ['AT+CMQTTDISC?'],
    sources: ['2.2.9 of the application note'],
    examples: [
      '> AT+CMQTTPUB=0,1,60\n< OK\n> AT+CMQTTDISC=0,60\n< OK\n< +CMQTTPUB: 0,6\n< +CMQTTDISC: 0,0',
      '> AT+CMQTTSUB=0,3,1\n< >\n>> a/b\n< OK\n> AT+CMQTTDISC=0,60\n< OK\n< +CMQTTSUB: 0,6\n< +CMQTTDISC: 0,0',
    ],
    nearMisses: [
      '> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,0\n> AT+CMQTTDISC=0,60\n< OK\n< +CMQTTDISC: 0,0',
      '> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,6\n< +CMQTTCONNLOST: 0,1\n> AT+CMQTTDISC=0,60\n< +CMQTTDISC: 0,11\n< ERROR',
    ],
  }),
  rule({
    id: 'connect-ok-taken',
    title: 'The host takes the OK of CONNECT for its result',
    rung: 'mqtt',
    severity: 'error',
    fragile: true,
    beats: ['order'],
    ways: [
      {
        confidence: 0.85,
        needs: clues(
          sent('+CMQTTCONNECT', ({ ending }) => ending === 'ok'),
          {
            kind: 'result',
            where: (fact: ResultFact) => fact.code === 11 && clientBefore(fact)?.state === 'connecting',
          },
        ),
        because:
          'Behind the OK of CONNECT the next command is refused with 11, and the result of CONNECT had not come.',
      },
    ],
    do: ['Wait for +CMQTTCONNECT: 0,0, up to 60 s and more over TLS; only that means connected.'],
    ask: ['AT+CMQTTCONNECT?', 'AT+CMQTTDISC?'],
    sources: ['the log of a tracker', '2.2.8 of the application note'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n> AT+CMQTTTOPIC=0,3\n< +CMQTTTOPIC: 0,11\n< ERROR',
    ],
    nearMisses: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n@+3s\n< +CMQTTCONNECT: 0,3\n> AT+CMQTTTOPIC=0,3\n< +CMQTTTOPIC: 0,11\n< ERROR',
    ],
  }),
]
