import { redactLine } from '../../at/syntax/redact.ts'
import type { AttemptFact, Exchange, Fact, JudgedFact, ResultFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import type { Misuse } from '../facts/verdict.ts'
import { anyCommand, clues, never, printed, wasRefused } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

type Kind = Misuse['kind']

/** A refused line in which the model finds a mistake of some kind. */
const misused = (kinds: readonly Kind[], where: (fact: JudgedFact) => boolean = () => true): Clue<'judged'> => ({
  kind: 'judged',
  where: (fact) => fact.misuse !== undefined && kinds.includes(fact.misuse.kind) && where(fact),
})
const ofMqtt = ({ name }: JudgedFact): boolean => name.startsWith('+CMQTT')
/** A question changes nothing: that a family does not have it is its answer. */
const asks = ({ exchange }: JudgedFact): boolean => exchange.form === 'test'
const misuseIn = (facts: readonly Fact[]): Misuse => (facts.at(-1) as JudgedFact).misuse!

/** Names by which the commands of other makes and older families begin. */
const foreign =
  /^\+(?:SM(?:CONF|CONN|PUB|SUB|UNSUB|STATE|DISC|SSL)|CNACT|CIPSHUT|CIICR|CIFSR|CSTT|SAPBR|CIPSTART|CIPMUX|CIPSPRT|CGNSINF|CGNSPWR|QMT\w*|QI\w*|QHTTP\w*|QCFG|QSSL\w*|UMQTT\w*|USO\w*|XMQTT\w*|CMQNEW|CMQCON|CMQPUB|CMQSUB|MQTT\w*|CWJAP|CWMODE|CIPQSEND)$/
const smFamily = /^SIM(?:70|80)/
const cmqtt = /^\+CMQTT/

/** What is wrong with a line, in words. */
function wordsOf(misuse: Misuse, { name, line }: Exchange): string {
  if (misuse.kind === 'value')
    return `Value ${misuse.place} of AT${name} (${misuse.param}) is ${misuse.value === '' ? 'not readable' : misuse.value}; the module takes ${misuse.range}.`
  if (misuse.kind === 'count')
    return `The number of values does not fit; the forms are ${misuse.forms.slice(0, 3).join(' and ')}.`
  if (misuse.kind === 'form') return `AT${name} has no such form: ${redactLine(line).slice(0, 32)}.`
  if (misuse.kind === 'elsewhere') return `This family has no AT${name}.`
  return `AT${name} is not known.`
}

/** SUB, UNSUB or PUB is refused with 12, and its topic stood in quotes, as far as the log shows the line. */
function isQuotedTopic({ code, name, at }: ResultFact, view: FactView): boolean {
  if (code !== 12 || !/^\+CMQTT(?:SUB|UNSUB|PUB)$/.test(name) || view.family?.name === 'a76xx') return false
  const command = view.all('exchange', name).findLast((each) => (each.from ?? each.at) <= at)
  return command === undefined || command.line.includes('"') || !command.line.includes(',')
}

export const syntaxRules: readonly CauseRule[] = [
  rule({
    id: 'quotes',
    title: 'The quotes in the command are wrong',
    rung: 'application',
    severity: 'error',
    fragile: true,
    comesAndGoes: true,
    beats: ['args', 'typo', 'scheme', 'order'],
    ways: [
      {
        confidence: 0.95,
        needs: clues(misused(['quotes'], ({ misuse }) => misuse?.kind === 'quotes' && misuse.curly)),
        because: 'Curly quotes, as a word processor or a web page makes them, are not the quote that the module knows.',
      },
      {
        confidence: 0.85,
        needs: clues(misused(['quotes'], ({ misuse }) => misuse?.kind === 'quotes' && !misuse.curly)),
        because: 'There is a quote without its partner.',
      },
    ],
    do: ['Type the plain quote "; in C it is written \\" inside a text.'],
    ask: [],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#346'],
    examples: [
      '> AT+CGDCONT=1,\xe2\x80\x9cIP\xe2\x80\x9d,\xe2\x80\x9cinternet\xe2\x80\x9d\n< ERROR',
      '> AT+CMQTTACCQ=0,"dev-1,0\n< ERROR',
    ],
    nearMisses: ['> AT+CGDCONT=1,"IP","internet"\n< OK'],
  }),
  rule({
    id: 'typo',
    title: 'The name of the command is misspelt',
    rung: 'application',
    severity: 'error',
    fragile: true,
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.85,
        needs: clues(
          misused(
            ['unknown'],
            ({ misuse, name }) => misuse?.kind === 'unknown' && misuse.meant !== undefined && !foreign.test(name),
          ),
        ),
        because: (facts) => {
          const { name } = facts.at(-1) as JudgedFact
          return `No firmware has AT${name}; AT${(misuseIn(facts) as { readonly meant: string }).meant} is near.`
        },
      },
    ],
    do: ['Correct the name.'],
    ask: [],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#346'],
    examples: ['> AT+CMQTTCONECT=0,"tcp://a.example:1883",60,1\n< ERROR', '> AT+CPISI?\n< ERROR'],
    nearMisses: ['> AT+CPSI?\n< +CPSI: NO SERVICE,Online\n< OK', '> AT+CIPSHUT\n< ERROR'],
  }),
  rule({
    id: 'args',
    title: 'The values of the command are wrong: too many, too few, or out of range',
    rung: 'application',
    severity: 'error',
    fragile: true,
    comesAndGoes: true,
    beats: ['order'],
    ways: [
      {
        confidence: 0.82,
        needs: clues(misused(['value', 'count'], (fact) => !fact.otherFamily && ofMqtt(fact))),
        because: (facts) => wordsOf(misuseIn(facts), (facts.at(-1) as JudgedFact).exchange),
      },
      {
        confidence: 0.7,
        needs: clues(misused(['value', 'count'], (fact) => !ofMqtt(fact))),
        because: (facts) => wordsOf(misuseIn(facts), (facts.at(-1) as JudgedFact).exchange),
      },
      {
        confidence: 0.62,
        needs: clues({
          kind: 'attempt',
          where: ({ outcome, user, hasPassword, scheme }: AttemptFact) =>
            outcome === 'ERROR' && user !== undefined && user !== '' && !hasPassword && scheme === 'tcp',
        }),
        because: 'CONNECT is refused at once with a user name and no password; many firmwares want both.',
      },
      {
        confidence: 0.6,
        needs: clues(misused(['form'], (fact) => !fact.otherFamily || !ofMqtt(fact))),
        because: (facts) => wordsOf(misuseIn(facts), (facts.at(-1) as JudgedFact).exchange),
      },
    ],
    do: [
      'Compare the line with the forms: atmqtt commands NAME prints them, and the module answers the line with =? behind the name.',
    ],
    ask: ['AT+NAME=?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#178', 'Xinyuan-LilyGO/LilyGo-Modem-Series#403'],
    examples: [
      '> AT+CMQTTPUB=0,3,60\n< ERROR',
      '> AT+CMQTTCONNECT=0,"tcp://a.example:1883",0,1\n< ERROR',
      '> AT+CMQTTACCQ=0\n< ERROR',
    ],
    nearMisses: ['> AT+CMQTTPUB=0,1,60\n< ERROR'],
  }),
  rule({
    id: 'other-dialect',
    title: 'The command is one of another family or maker',
    rung: 'application',
    severity: 'error',
    fragile: true,
    comesAndGoes: true,
    beats: ['args', 'typo', 'order', 'bare-error'],
    ways: [
      {
        confidence: 0.8,
        needs: clues(
          anyCommand(
            (fact) =>
              wasRefused(fact) && /^\+(?:SM(?:CONF|CONN|PUB|SUB|STATE|DISC)|QMT|UMQTT|CMQNEW|CMQCON)/.test(fact.name),
          ),
        ),
        forbids: [
          never(anyCommand(({ name, ending }) => /^\+(?:SM|QMT|UMQTT|CMQ(?:NEW|CON))/.test(name) && ending === 'ok')),
          never(printed(/\bSIM70\d\d|\bBG9\d|\bEC2\d/)),
        ],
        because: 'The module refuses MQTT commands of another family.',
      },
      {
        confidence: 0.8,
        needs: clues(
          anyCommand(
            (fact, view) => wasRefused(fact) && cmqtt.test(fact.name) && smFamily.test(view.family?.name ?? ''),
          ),
        ),
        because: 'The module is of a family that has other MQTT commands (AT+SMCONF, AT+SMCONN).',
      },
      {
        confidence: 0.75,
        needs: clues(
          misused(['elsewhere', 'count', 'value', 'form'], (fact) => fact.otherFamily && ofMqtt(fact) && !asks(fact)),
        ),
        because: (facts) =>
          `${wordsOf(misuseIn(facts), (facts.at(-1) as JudgedFact).exchange)} Another family takes this line.`,
      },
      {
        confidence: 0.7,
        needs: clues({ ...anyCommand((fact) => wasRefused(fact) && foreign.test(fact.name)), times: 2 }),
        because: 'The module refuses commands of an older family or another maker.',
      },
      {
        confidence: 0.7,
        needs: clues({ kind: 'result', where: isQuotedTopic }),
        because:
          'SUB, UNSUB or PUB is refused with 12, as it is with a topic in quotes on firmware that does not take one.',
      },
    ],
    do: [
      'Use the forms of your family: AT+CGMM names it, =? behind a command prints its values. A7670, SIM7600, SIM767x: AT+CMQTT…; SIM7000, SIM7070, SIM7080: AT+SM….',
      'In a library, choose the right module (TINY_GSM_MODEM_…).',
    ],
    ask: ['AT+CGMM', 'AT+CMQTTACCQ=?', 'AT+CMQTTSUB=?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#334', 'Xinyuan-LilyGO/LilyGo-Modem-Series#197'],
    examples: [
      '> AT+SMCONF="URL","broker.example",1883\n< ERROR\n> AT+SMCONN\n< ERROR',
      '> AT+CGMM\n< A7670E-FASE\n< OK\n> AT+CMQTTACCQ=0,"dev",0,4\n< ERROR',
    ],
    nearMisses: [
      '> AT+SMCONF="URL","broker.example",1883\n< OK\n> AT+SMCONN\n< ERROR',
      '> AT+CGMM\n< SIM7670G-MNGV\n< OK\n> AT+CMQTTSUBTOPIC=?\n< ERROR\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0',
    ],
  }),
  rule({
    id: 'unknown-command',
    general: true,
    title: 'The firmware does not know a command',
    rung: 'application',
    severity: 'note',
    fragile: true,
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.5,
        needs: clues(
          misused(
            ['unknown'],
            ({ misuse, name }) => misuse?.kind === 'unknown' && misuse.meant === undefined && !foreign.test(name),
          ),
        ),
        because: (facts) =>
          `AT${(facts.at(-1) as JudgedFact).name} is answered with ERROR, and is in none of the known firmwares.`,
      },
      {
        confidence: 0.5,
        needs: clues(misused(['elsewhere'], (fact) => !ofMqtt(fact) || asks(fact))),
        because: (facts) => wordsOf(misuseIn(facts), (facts.at(-1) as JudgedFact).exchange),
      },
    ],
    do: ['Leave it out, where nothing else fails: programs often ask for what a firmware does not have.'],
    ask: ['AT+CGMR'],
    sources: [],
    examples: ['> AT+WXYZQ=1\n< ERROR\n> AT\n< OK'],
    nearMisses: ['> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'firmware-differs',
    general: true,
    title: 'This firmware answers otherwise than those that are known',
    rung: 'application',
    severity: 'note',
    fragile: true,
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.4,
        needs: clues({
          kind: 'judged',
          where: ({ verdict, misuse }: JudgedFact) => verdict === 'otherwise' && misuse === undefined,
        }),
        because: (facts) =>
          `AT${(facts.at(-1) as JudgedFact).name} is refused, and none of the known firmwares would refuse it here.`,
      },
    ],
    do: ['Ask for the revision, and whether a newer firmware behaves better.'],
    ask: ['AT+CGMR', 'AT+SIMCOMATI'],
    sources: [],
    examples: ['> AT+CGMM\n< SIM7670G-MNGV\n< OK\n> AT+CMQTTSTART\n< OK\n< +CMQTTSTART: 0\n> AT+CMQTTACCQ?\n< ERROR'],
    nearMisses: ['> AT+CMQTTREL=0\n< OK'],
  }),
]
