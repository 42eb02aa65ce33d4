import { adviceFor } from '../../at/advice.ts'
import { everyCommand } from '../../at/commands/every-command.ts'
import { mqttErr, mqttErrors } from '../../at/errors.ts'
import type { Family } from '../../at/profiles/profile.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import { urcs } from '../../at/urcs.ts'
import type { Exchange, Fact, JudgedFact, ResultFact, ValueFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { anyCommand, clues, shows } from '../matching/clues.ts'
import { type CauseRule, type Rung, rule } from '../matching/rule.ts'
import { clientBefore, needsService } from '../matching/service-clues.ts'

/** What only tidies up: its refusal does no harm. */
const tidying = new Set(['+CMQTTDISC', '+CMQTTREL', '+CMQTTSTOP'])
const service: ReadonlySet<string> = new Set(
  everyCommand.filter(({ cite }) => cite.startsWith('2.2.') || cite === 'siblings').map(({ name }) => name),
)

const familyIn = (view: FactView): Family => profiles[view.family?.profile ?? '']?.family ?? 'sim767x'

function meaning(facts: readonly Fact[], view: FactView): string {
  const { name, code } = facts.at(-1) as ResultFact
  const { meaning: what, remedy } = adviceFor(name, code, familyIn(view))
  return `AT${name} ends with ${code}: ${what}. To do: ${remedy}.`
}

/** 11 of a client that is not connected, 20 of one that is not acquired: it follows from what came before. */
function follows({ code, believed, client }: ResultFact): boolean {
  const state = believed?.clients[client === 1 ? 1 : 0].state ?? 'unknown'
  if (code === mqttErr.noConnection) return state === 'free' || state === 'acquired'
  return code === mqttErr.notAcquired && state === 'free'
}

/** The service is stopped since the network was lost: what needs it is refused. */
const isBehindLoss = ({ name, exchange, at }: JudgedFact, view: FactView): boolean =>
  needsService.has(name) &&
  exchange.believed?.service === 'stopped' &&
  view.some('value', urcs.noNetwork.name, (lost) => lost.at < at)

const behindLoss =
  '> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ=0,"a"\n< OK\n@+9s\n< +CMQTTNONET\n> AT+CMQTTTOPIC=0,1\n< ERROR'

/** It ends or releases what is not there. */
function isIdle(fact: ResultFact): boolean {
  const state = clientBefore(fact)?.state ?? 'unknown'
  if (fact.name === '+CMQTTDISC' && fact.code === mqttErr.noConnection) return state !== 'connected'
  if (fact.name === '+CMQTTSTOP' && fact.code === mqttErr.networkNotOpened) return fact.believed?.service !== 'started'
  return fact.name === '+CMQTTREL' && fact.code === mqttErr.notAcquired && (state === 'free' || state === 'unknown')
}

const idleWords: Readonly<Record<number, string>> = {
  [mqttErr.noConnection]: 'the client is not connected',
  [mqttErr.notAcquired]: 'the client is not acquired',
  [mqttErr.networkNotOpened]: 'the service is not started',
}

function rungOf(code: number): Rung {
  if (code >= 32 && code <= 34) return 'tls'
  if ([1, 7, 8, 9, 19, 21, 23].includes(code)) return 'service'
  return [2, 10, 11, 12, 13, 14, 18, 20, 22].includes(code) ? 'application' : 'mqtt'
}

/** A rule a code: it says what the code means behind this command, where no cause is more exact. */
const codeRule = (words: string, code: number): CauseRule =>
  rule({
    id: `err-${code}`,
    title: `A command of the MQTT service ends with ${code}, ${words}`,
    rung: rungOf(code),
    severity: 'error',
    general: true,
    ways: [
      {
        confidence: 0.5,
        needs: clues({
          kind: 'result',
          where: (fact: ResultFact) =>
            fact.code === code && service.has(fact.name) && !tidying.has(fact.name) && !follows(fact),
        }),
        because: meaning,
      },
      {
        confidence: 0.4,
        needs: clues({
          kind: 'result',
          where: (fact: ResultFact) => fact.code === code && tidying.has(fact.name) && !isIdle(fact),
        }),
        because: meaning,
      },
    ],
    do: ['What stands under Why says it for this command and family.'],
    ask: ['AT+CMQTTACCQ?', 'AT+CMQTTDISC?'],
    sources: ['4.1 of the application note'],
    examples: [],
    nearMisses: [],
  })

const codes = mqttErrors.map((words, code) => codeRule(words, code)).slice(1)

export const codeRules: readonly CauseRule[] = [
  ...codes,
  rule({
    id: 'nothing-to-end',
    title: 'DISC or REL found nothing to end; harmless',
    rung: 'service',
    severity: 'note',
    ways: [
      {
        confidence: 0.5,
        needs: clues({ kind: 'result', where: isIdle }),
        because: (facts) => {
          const { name, code } = facts.at(-1) as ResultFact
          return `AT${name} ends with ${code}: ${idleWords[code]}. Hosts that tidy up before they begin see that.`
        },
      },
    ],
    do: ['Nothing: go on.'],
    ask: ['AT+CMQTTACCQ?'],
    sources: ['4.1 of the application note'],
    examples: [
      '> AT+CMQTTDISC=0,60\n< +CMQTTDISC: 0,11\n< ERROR\n> AT+CMQTTREL=0\n< +CMQTTREL: 0,20\n< ERROR\n> AT+CMQTTSTOP\n< OK\n< +CMQTTSTOP: 0',
      '> AT+CGMM\n< SIM7600G-H\n< OK\n> AT+CMQTTSTOP\n< +CMQTTSTOP: 9\n< ERROR\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0',
    ],
    nearMisses: [
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",60,1\n< OK\n@+2s\n< +CMQTTCONNECT: 0,0\n> AT+CMQTTDISC=0,60\n< +CMQTTDISC: 0,11\n< ERROR',
    ],
  }),
  rule({
    id: 'cme-error',
    title: 'The module names why it refuses a command',
    rung: 'line',
    severity: 'warning',
    general: true,
    ways: [
      {
        confidence: 0.45,
        needs: clues(anyCommand(({ ending }) => ending === 'cme')),
        because: (facts) => {
          const { name, code, words } = facts.at(-1) as Exchange
          return `AT${name} is answered with +CME ERROR: ${words ?? code}.`
        },
      },
    ],
    do: ['AT+CMEE=2 makes the module say it in words.'],
    ask: ['AT+CMEE=2', 'AT+CEER'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CGACT=1,1\n< +CME ERROR: unknown error'],
    nearMisses: ['> AT+CGACT=1,1\n< OK'],
  }),
  rule({
    id: 'cms-error',
    title: 'The module names why it refuses a short message',
    rung: 'application',
    severity: 'warning',
    general: true,
    ways: [
      {
        confidence: 0.5,
        needs: clues(anyCommand(({ ending }) => ending === 'cms')),
        because: (facts) => {
          const { name, code, words } = facts.at(-1) as Exchange
          return `AT${name} is answered with +CMS ERROR: ${words ?? code}.`
        },
      },
    ],
    do: ['Look at the service centre (AT+CSCA?), the format (AT+CMGF?) and the tariff.'],
    ask: ['AT+CSCA?', 'AT+CMGF?'],
    sources: ['3GPP TS 27.005'],
    examples: ['> AT+CMGR=1\n< +CMS ERROR: 321'],
    nearMisses: ['> AT+CMGF=1\n< OK'],
  }),
  rule({
    id: 'ceer',
    title: 'The network told why it ended or refused the last connection',
    rung: 'pdp',
    severity: 'warning',
    general: true,
    ways: [
      {
        confidence: 0.5,
        needs: clues(shows('+CEER', ({ text }) => !/no cause|normal|: *0?\s*$|none/i.test(text))),
        because: (facts) => `AT+CEER tells: ${(facts.at(-1) as ValueFact).text.replace(/^\+CEER: */, '')}.`,
      },
    ],
    do: ['Look the words up in the operator’s list of causes; APN and tariff are the usual reasons.'],
    ask: ['AT+CEER', 'AT+CGDCONT?'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CEER\n< +CEER: Requested service option not subscribed\n< OK'],
    nearMisses: ['> AT+CEER\n< +CEER: No cause information available\n< OK'],
  }),
  rule({
    id: 'bare-error',
    title: 'The module refuses a command, and the log does not tell why',
    rung: 'line',
    severity: 'note',
    fragile: true,
    general: true,
    ways: [
      {
        confidence: 0.36,
        needs: clues({
          kind: 'judged',
          where: (fact: JudgedFact, view: FactView) =>
            fact.misuse === undefined &&
            fact.answer === 'error' &&
            !tidying.has(fact.name) &&
            !isBehindLoss(fact, view),
        }),
        because: (facts, view) => {
          const { name } = facts.at(-1) as Exchange
          const { meaning: what, remedy } = adviceFor(name, 'ERROR', familyIn(view))
          return `AT${name} is answered with ERROR: ${what}. To do: ${remedy}.`
        },
      },
    ],
    do: ['AT+CMEE=2 makes the module say more; the line with =? behind the name tells its values.'],
    ask: ['AT+CMEE=2'],
    sources: [],
    examples: ['> AT+CGACT=1,5\n< ERROR'],
    nearMisses: ['> AT+CGACT=1,1\n< OK', behindLoss],
  }),
]
