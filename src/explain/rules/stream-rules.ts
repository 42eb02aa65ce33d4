import type { Exchange, Fact, MangledFact, ResultFact, ValueFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { anyCommand, clues, never, shows, silent } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'
import { hangingConnect } from '../matching/service-clues.ts'

const mangled = (times: number, how?: MangledFact['how']): Clue<'mangled'> => ({
  kind: 'mangled',
  times,
  ...(how && { where: (fact) => fact.how === how }),
})
const operations = new Set(['+CMQTTCONNECT', '+CMQTTPUB', '+CMQTTSUB', '+CMQTTUNSUB', '+CMQTTSTART'])
const lostLine = [
  never(shows('+CMQTTCONNLOST')),
  never(shows('+CMQTTNONET')),
  never({ kind: 'boot', where: ({ first }: { readonly first: boolean }) => first }),
]

/** An operation that was accepted, and whose result is not in the log before the next one. */
const withoutResult = (fact: Exchange, results: readonly ResultFact[], next: number): boolean =>
  operations.has(fact.name) &&
  fact.ending === 'ok' &&
  !['read', 'test'].includes(fact.form) &&
  !results.some(({ at }) => at >= (fact.from ?? 0) && at < next)

/** The result of a command that nobody typed, where an operation has none. */
function isRenamed(fact: ResultFact, view: FactView): boolean {
  if (fact.client === undefined || view.some('exchange', fact.name, ({ at }) => at < fact.at)) return false
  const last = view.all('exchange').findLast(({ at, name }) => at < fact.at && operations.has(name))
  return last?.args[0] === String(fact.client) && withoutResult(last, view.all('result', last.name), fact.at)
}

/** After it the module is silent for a reason of its own. */
const changesLine = ({ name, form }: Exchange): boolean =>
  (form === 'write' && /^\+(?:CSCLK|IFC|IPR|IPREX|CMUX)$/.test(name)) || /^(?:\+CPOF|\+CPOWD|D)$/.test(name)

/** Lines that come unasked, between a command and the end of its answer. */
const unasked = /^(?:\+CMTI|\+CGEV|\+CMT|SMS DONE|PB DONE|RING)/
function isInside({ text, urc, at }: ValueFact, view: FactView): boolean {
  return urc && unasked.test(text) && view.some('exchange', undefined, (each) => isWithin(at, each))
}
const isWithin = (at: number, { from = 0, at: end, ending, name, tookMs = 0 }: Exchange): boolean =>
  name !== '' && ending === 'ok' && from <= at && at < end && tookMs < 3000

function nearlySaid(facts: readonly Fact[]): string {
  const { text, meant } = facts.at(-1) as MangledFact
  return `nearly what a module says, such as ${JSON.stringify(text.slice(0, 24))} for ${meant.slice(0, 24)}.`
}

function renamedBecause(facts: readonly Fact[]): string {
  const { rows } = facts.at(-1) as ResultFact
  return `The operation before it was accepted and has no result by its own name; ${rows.at(-1)?.text.trim()} came in its place.`
}

export const streamRules: readonly CauseRule[] = [
  rule({
    id: 'line-noise',
    title: 'Bytes on the line are lost or changed',
    rung: 'line',
    severity: 'warning',
    noise: true,
    comesAndGoes: true,
    beats: ['typo'],
    ways: [
      {
        confidence: 0.7,
        needs: clues({ kind: 'garbled', times: 2 }),
        forbids: [never({ kind: 'hostBoot' })],
        because: 'Bytes that are no text stand among the lines.',
      },
      { confidence: 0.38, needs: clues(mangled(1)), because: (facts) => `A line is ${nearlySaid(facts)}` },
      { confidence: 0.5, needs: clues(mangled(3)), because: (facts) => `Lines are ${nearlySaid(facts)}` },
      { confidence: 0.8, needs: clues(mangled(5)), because: (facts) => `Lines are ${nearlySaid(facts)}` },
    ],
    do: [
      'Check speed, levels, ground and the length of the wires; read the port faster, or use RTS and CTS. Only the log may be at fault where it goes through a second slow port.',
    ],
    ask: ['AT+IPR?', 'AT+IFC?'],
    sources: ['MaJerle/lwcell#7', 'Xinyuan-LilyGO/LilyGo-Modem-Series#199'],
    examples: [
      '> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTPUB: 0,0\n> AT+CSQ\n< +CSQ: 20,99\n< OK\n> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPB: 0,0',
    ],
    nearMisses: ['> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,0\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'falls-silent',
    title: 'The module answered, and does not any more',
    rung: 'power',
    severity: 'error',
    fragile: true,
    comesAndGoes: true,
    beats: ['no-answer'],
    ways: [
      {
        confidence: 0.62,
        needs: clues(
          anyCommand((fact) => fact.ending === 'ok' && !changesLine(fact)),
          { ...silent(({ last }) => !last), times: 3 },
        ),
        forbids: [
          never(
            anyCommand(({ ending }) => ending !== 'none'),
            'after',
          ),
          never({ kind: 'boot' }, 'after'),
          never(anyCommand(changesLine), 'before'),
          never(hangingConnect, 'before'),
        ],
        because: 'Commands were answered before; then one after the other gets no answer.',
      },
    ],
    do: [
      'Look at the supply, and whether the module is off or asleep (STATUS, DTR); then at the wiring. A module that was left in data mode comes back with +++, after a pause.',
    ],
    ask: ['AT'],
    sources: [],
    examples: ['> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK\n@+60s\n> AT+CSQ\n@+9s\n> AT\n@+9s\n> AT\n@+9s\n> AT'],
    nearMisses: ['> AT\n< OK\n> AT+CSQ\n@+9s\n> AT\n@+9s\n> AT\n@+9s\n> AT\n< OK'],
  }),
  rule({
    id: 'result-renamed',
    title: 'The result comes by the name of another command',
    rung: 'application',
    severity: 'error',
    fragile: true,
    beats: ['result-missing', 'firmware-differs'],
    ways: [
      {
        confidence: 0.8,
        needs: clues({ kind: 'result', where: isRenamed }),
        forbids: lostLine,
        because: (facts) => renamedBecause(facts),
      },
    ],
    do: [
      'Take the result by either name: a host that waits for the name of its command alone runs into its time-out, though the server has answered.',
    ],
    ask: ['AT+CGMR'],
    sources: [],
    examples: [
      '> AT+CMQTTSUB=0,3,1\n< >\n> a/b\n< OK\n< +CMQTTSUBTOPIC: 0,0\n@+20s\n> AT+CMQTTDISC=0,60\n< OK\n< +CMQTTDISC: 0,0',
    ],
    nearMisses: [
      '> AT+CMQTTSUB=0,3,1\n< >\n> a/b\n< OK\n< +CMQTTSUB: 0,0',
      '> AT+CMQTTSUBTOPIC=0,3,1\n< >\n> a/b\n< OK\n< +CMQTTSUBTOPIC: 0,0',
    ],
  }),
  rule({
    id: 'result-missing',
    title: 'The result of an operation never comes',
    rung: 'application',
    severity: 'warning',
    fragile: true,
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.6,
        needs: clues({
          kind: 'exchange',
          where: (
            fact: Exchange,
            view: { all: (kind: 'result' | 'exchange', name?: string) => readonly unknown[] },
          ) => {
            if (!operations.has(fact.name) || fact.ending !== 'ok') return false
            const results = view.all('result', fact.name) as readonly ResultFact[]
            const later = (view.all('exchange') as readonly Exchange[]).filter(({ at }) => at > fact.at)
            const same = later.find(({ name }) => name === fact.name)
            const goesOn = same ?? later[5]
            return (
              goesOn !== undefined &&
              withoutResult(fact, results, same ? (same.from ?? same.at) : Number.POSITIVE_INFINITY)
            )
          },
        }),
        forbids: lostLine,
        because: 'The command is accepted with OK, and its result does not come before the next one of its kind.',
      },
    ],
    do: [
      'Wait for each result, and give up after pub_timeout (60 to 180 s) alone; look at AT+CMQTTCONNECT? then, for the operation may have succeeded.',
    ],
    ask: ['AT+CMQTTCONNECT?', 'AT+CMQTTDISC?'],
    sources: ['QuickSpot/walter-esp-idf#175'],
    examples: ['> AT+CMQTTPUB=0,1,60\n< OK\n@+90s\n> AT+CMQTTPUB=0,1,60\n< OK\n@+90s\n> AT+CMQTTPUB=0,1,60\n< OK'],
    nearMisses: ['> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,0\n> AT+CMQTTPUB=0,1,60\n< OK\n< +CMQTTPUB: 0,0'],
  }),
  rule({
    id: 'ok-missing',
    title: 'The end of an answer is missing',
    rung: 'line',
    severity: 'warning',
    fragile: true,
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.55,
        needs: clues({
          ...anyCommand(
            ({ ending, heard, last, prompted, info }) =>
              ending === 'none' && heard && !last && !prompted && info.length > 0,
          ),
          times: 2,
        }),
        because: 'Answers begin, and neither OK nor ERROR ends them.',
      },
    ],
    do: ['Wait for OK or ERROR before the next command; where the log leaves them out, log what the port gives.'],
    ask: ['AT'],
    sources: [],
    examples: ['> AT+CSQ\n< +CSQ: 20,99\n@+5s\n> AT+CREG?\n< +CREG: 0,1\n@+5s\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
    nearMisses: ['> AT+CSQ\n< +CSQ: 20,99\n< OK\n> AT+CREG?\n< +CREG: 0,1\n< OK'],
  }),
  rule({
    id: 'prompt-stuck',
    title: 'The module has all its data and does not end the prompt',
    rung: 'application',
    severity: 'error',
    fragile: true,
    beats: ['data-elsewhere', 'length-mismatch', 'falls-silent'],
    ways: [
      {
        confidence: 0.65,
        needs: clues(
          anyCommand(
            ({ prompted, wanted, got, ending, last }) =>
              prompted && wanted !== undefined && got >= wanted && ending === 'none' && !last,
          ),
        ),
        forbids: [
          never(
            anyCommand(({ ending }) => ending === 'ok'),
            'after',
          ),
        ],
        because: 'As many bytes as were announced follow the prompt, and no OK.',
      },
    ],
    do: [
      'Send CR LF, wait for a second; if nothing comes, restart the module (AT+CRESET), for nothing else leads out of a prompt.',
    ],
    ask: ['AT', 'AT+CGMR'],
    sources: ['espressif/esp-at#1027'],
    examples: ['> AT+CMQTTTOPIC=0,9\n< >\n>> room/temp\n@+20s\n> AT\n@+9s\n> AT'],
    nearMisses: ['> AT+CMQTTTOPIC=0,9\n< >\n>> room/temp\n< OK\n> AT\n< OK'],
  }),
  rule({
    id: 'urc-in-response',
    title: 'A line that came unasked stands inside an answer; harmless, if the host expects it',
    rung: 'line',
    severity: 'note',
    ways: [
      {
        confidence: 0.45,
        needs: clues({ kind: 'value', where: isInside }),
        because: 'A line comes unasked between the lines of an answer.',
      },
    ],
    do: ['Tell the lines of an answer by the name of its command.'],
    ask: [],
    sources: ['FactbirdHQ/atat#223'],
    examples: ['> AT\n< OK\n> AT+CSQ\n< +CMTI: "SM",3\n< +CSQ: 20,99\n< OK'],
    nearMisses: ['> AT+CSQ\n< +CSQ: 20,99\n< OK', '> AT+CSQ\n< +CSQ: 20,99\n< OK\n< +CMTI: "SM",3\n> AT\n< OK'],
  }),
]
