import type { ValueFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { attempt, attemptOk, clues, never, result, shows } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

const aws = /\.amazonaws\.com(?:\.cn)?$/i

/** The server closes at once on what its policy denies. */
const soonAfter = (name: string) => result(name, [6], ({ afterMs = 0 }) => afterMs < 10_000)
const lostBy = (cause: string) => shows('+CMQTTCONNLOST', ({ values }) => values[1] === cause)
/** What was lost after a time-out was lost for want of answers. */
const timedOut = never({ kind: 'result', where: ({ code }: { readonly code: number }) => code === 17 }, 'before')
const anyLost = shows('+CMQTTCONNLOST')

/** Connections that a peer ended, each soon after it was made. */
const soonLost: Clue<'value'> = {
  kind: 'value',
  name: '+CMQTTCONNLOST',
  where: (fact, view) => fact.values[1] !== '3' && lifeOf(fact, view) < 20_000,
}

/** The same in a log without times: nothing was done in between. */
const nextLost: Clue<'value'> = {
  kind: 'value',
  name: '+CMQTTCONNLOST',
  where: (fact, view) =>
    fact.ms === undefined &&
    fact.values[1] !== '3' &&
    view.some('attempt', undefined, ({ outcome, at }) => outcome === 'ok' && at < fact.at && fact.at - at < 4),
}

/** It was lost while a publish or a subscription was under way. */
const atOperation = ({ at }: ValueFact, view: FactView): boolean =>
  ['+CMQTTPUB', '+CMQTTSUB'].some((name) =>
    view.some('result', name, (result) => result.code === 6 && Math.abs(result.at - at) <= 2),
  )

/** It is so for the second time, of the same client. */
function again(where: (fact: ValueFact, view: FactView) => boolean): (fact: ValueFact, view: FactView) => boolean {
  return (fact, view) =>
    where(fact, view) &&
    view.some(
      'value',
      fact.name,
      (other) => other.at < fact.at && other.values[0] === fact.values[0] && where(other, view),
    )
}

/** Lost soon, and not for what the client did: more than once it is no policy. */
const idleLost: Clue<'value'> = {
  kind: 'value',
  name: '+CMQTTCONNLOST',
  where: again((fact, view) => soonLost.where!(fact, view) && !atOperation(fact, view)),
}

/** The same in a log without times. */
const idleNextLost: Clue<'value'> = {
  kind: 'value',
  name: '+CMQTTCONNLOST',
  where: again((fact, view) => nextLost.where!(fact, view) && !atOperation(fact, view)),
}

/** It had worked for a while, as far as the log has times. */
function livedLong(fact: ValueFact, view: FactView): boolean {
  const life = lifeOf(fact, view)
  return life >= 60_000 && life < Number.POSITIVE_INFINITY
}

function lifeOf(fact: ValueFact, view: FactView): number {
  const made = view.all('attempt').findLast(({ outcome, at }) => outcome === 'ok' && at < fact.at)
  return made?.ms === undefined || fact.ms === undefined ? Number.POSITIVE_INFINITY : fact.ms - made.ms
}

export const lossRules: readonly CauseRule[] = [
  rule({
    id: 'policy',
    title: 'The policy of the server does not allow what the client does, and the server closes the connection',
    rung: 'mqtt',
    severity: 'error',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.85,
        needs: clues(attemptOk(), soonAfter('+CMQTTPUB'), lostBy('1')),
        forbids: [timedOut, never(idleLost), never(idleNextLost)],
        because: 'The connection is made, and is closed by the server at a publish (6, then CONNLOST).',
      },
      {
        confidence: 0.85,
        needs: clues(attemptOk(), soonAfter('+CMQTTSUB'), lostBy('1')),
        forbids: [timedOut, never(idleLost), never(idleNextLost)],
        because: 'The connection is made, and is closed by the server at a subscription (6, then CONNLOST).',
      },
      {
        confidence: 0.75,
        needs: clues(attemptOk(), { ...lostBy('1'), anywhere: true }, soonAfter('+CMQTTSUB')),
        forbids: [timedOut, never(idleLost), never(idleNextLost)],
        because: 'The connection is made, and is closed by the server at a subscription (6, with CONNLOST).',
      },
      {
        confidence: 0.75,
        needs: clues(attemptOk(), { ...lostBy('1'), anywhere: true }, soonAfter('+CMQTTPUB')),
        forbids: [timedOut, never(idleLost), never(idleNextLost)],
        because: 'The connection is made, and is closed by the server at a publish (6, with CONNLOST).',
      },
      {
        confidence: 0.6,
        needs: clues(attempt([6, 15, 26], ({ host, ssl }) => aws.test(host) && ssl.authmode === '2')),
        because:
          'AWS closes the connection in CONNECT, though certificate and key are given: so it does when the policy does not allow this client ID.',
      },
      {
        confidence: 0.6,
        needs: clues(attempt([6])),
        because: 'The server closes the connection instead of accepting it (6).',
      },
      {
        confidence: 0.8,
        needs: clues(result('+CMQTTSUB', [1])),
        because: 'The server refuses the subscription (1).',
      },
    ],
    do: [
      'Look at the policy: it has to allow the client ID to connect, these topics to publish, and these filters to subscribe AND to receive (AWS: iot:Connect, iot:Publish, iot:Subscribe, iot:Receive). The log of the server names the rule.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTSUB?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#338'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://a1b2.iot.eu-west-1.amazonaws.com:8883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n> AT+CMQTTSUB=0,6,1\n< >\n>> secret\n< OK\n@+1s\n< +CMQTTSUB: 0,6\n< +CMQTTCONNLOST: 0,1',
    ],
    nearMisses: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n> AT+CMQTTSUB=0,6,1\n< >\n>> secret\n< OK\n@+1s\n< +CMQTTSUB: 0,0',
    ],
  }),
  rule({
    id: 'duplicate-id',
    title: 'Another client uses the same client ID: they throw each other out',
    rung: 'mqtt',
    severity: 'error',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.8,
        needs: clues(idleLost),
        because: 'The connection is made and is ended by the server within seconds, again and again.',
      },
      {
        confidence: 0.6,
        needs: clues(idleNextLost),
        because: 'The connection is made and is the next thing that is lost, more than once.',
      },
      {
        confidence: 0.42,
        needs: clues(soonLost),
        forbids: [never(soonAfter('+CMQTTPUB')), never(soonAfter('+CMQTTSUB'))],
        because: 'The connection is made and is ended by the server within seconds.',
      },
      {
        confidence: 0.6,
        needs: clues(attemptOk(), { ...anyLost, times: 3 }),
        forbids: [
          never(soonAfter('+CMQTTPUB')),
          never(soonAfter('+CMQTTSUB')),
          never(lostBy('3')),
          never(shows('+CMQTTCONNLOST', livedLong)),
        ],
        because: 'The connection is made and is lost again and again.',
      },
    ],
    do: [
      'Give each device an ID of its own, made of its IMEI for example; end a test program on a PC that uses the same.',
    ],
    ask: ['AT+CMQTTACCQ?', 'AT+CGSN'],
    sources: ['knolleary/pubsubclient#129'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+2s\n< +CMQTTCONNLOST: 0,1\n> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+3s\n< +CMQTTCONNLOST: 0,1',
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+2s\n< +CMQTTCONNLOST: 0,1\n> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+2s\n< +CMQTTCONNLOST: 0,1\n> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n> AT+CMQTTSUB=0,6,1\n< >\n>> room/a\n< OK\n@+1s\n< +CMQTTSUB: 0,6\n< +CMQTTCONNLOST: 0,1',
    ],
    nearMisses: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+3h\n< +CMQTTCONNLOST: 0,1',
    ],
  }),
  rule({
    id: 'periodic-drop',
    title: 'The connection is ended now and then by the network in between, or for want of traffic',
    rung: 'mqtt',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.6,
        needs: clues(
          attemptOk(),
          shows('+CMQTTCONNLOST', (fact, view) => fact.values[1] !== '3' && livedLong(fact, view)),
        ),
        forbids: [never(soonAfter('+CMQTTPUB')), never(soonAfter('+CMQTTSUB'))],
        because: 'The connection works for a while and is then ended from outside.',
      },
      {
        confidence: 0.5,
        needs: clues(attemptOk(), lostBy('2')),
        forbids: [never(soonAfter('+CMQTTPUB')), never(soonAfter('+CMQTTSUB'))],
        because: 'The connection is reset from outside (cause 2).',
      },
      {
        confidence: 0.45,
        needs: clues(attemptOk(), lostBy('1')),
        forbids: [never(soonAfter('+CMQTTPUB')), never(soonAfter('+CMQTTSUB'))],
        because: 'The connection is closed by the server or by the network in between (cause 1).',
      },
    ],
    do: [
      'Connect again when +CMQTTCONNLOST comes; keep the keep-alive below the time-out of the operator’s NAT, 60 s is safe; the log of the server tells whether it ended the connection itself.',
    ],
    ask: ['AT+CMQTTDISC?', 'AT+CEREG?', 'AT+CSQ'],
    sources: ['Xinyuan-LilyGO/LilyGO-T-SIM7000G#226', 'vshymanskyy/TinyGSM#574'],
    examples: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",600,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+15min\n< +CMQTTCONNLOST: 0,1',
    ],
    nearMisses: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",600,1\n< OK\n< +CMQTTCONNECT: 0,0\n@+15min\n< +CMQTTCONNLOST: 0,3',
    ],
  }),
]
