import type { Exchange } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { anyCommand, clues, never, printed } from '../matching/clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const unaskedLine = {
  kind: 'value' as const,
  where: ({ urc, text }: { readonly urc: boolean; readonly text: string }) =>
    urc && /^(?:SMS DONE|PB DONE|\+CGEV|\+CMTI|\+CREG: \d$)/.test(text),
}

/** More came than was announced. */
const isOverlong = ({ prompted, got, wanted, ending }: Exchange): boolean =>
  prompted && wanted !== undefined && got > wanted && ending === 'ok'

/** The next command behind data that were too long gets no answer: the rest of the data stands before it. */
function swallowsNext(fact: Exchange, view: FactView): boolean {
  const all = view.all('exchange')
  const next = (each: Exchange) => all.find(({ at }) => at > each.at)
  const isSilent = (each: Exchange | undefined) => each?.ending === 'none' && !each.last && each.wanted === undefined
  return (
    isOverlong(fact) &&
    all.filter(isOverlong).every((each) => isSilent(next(each))) &&
    all.some(({ at, ending }) => ending !== 'none' && at > next(fact)!.at)
  )
}

const tooLong = '> AT+CMQTTPAYLOAD=0,9\n< >\n>> temp 21.5 C\n< OK\n> AT+CMQTTPUB=0,1,60\n@+10s\n> AT\n< OK'

export const promptRules: readonly CauseRule[] = [
  rule({
    id: 'data-elsewhere',
    beats: ['falls-silent'],
    title: 'The data behind a prompt did not reach the module',
    rung: 'application',
    severity: 'error',
    fragile: true,
    ways: [
      {
        confidence: 0.6,
        needs: clues(
          anyCommand(
            ({ prompted, got, ending, last, wanted }) =>
              prompted && wanted !== undefined && got === 0 && ending === 'none' && !last,
          ),
        ),
        forbids: [never(anyCommand(({ prompted, ending }) => prompted && ending === 'ok'))],
        because: 'The prompt comes, no data follow, and no OK.',
      },
    ],
    do: [
      'Send the data to the same port as the command, at once behind the prompt, without waiting for a line of text.',
    ],
    ask: ['AT'],
    sources: [],
    examples: ['> AT+CMQTTTOPIC=0,9\n< >\n@+9s\n> AT+CMQTTPAYLOAD=0,5\n@+9s\n> AT'],
    nearMisses: ['> AT+CMQTTTOPIC=0,9\n< >\n>> room/temp\n< OK'],
  }),
  rule({
    id: 'prompt-missing',
    title: 'The prompt for the data does not come',
    rung: 'application',
    severity: 'warning',
    fragile: true,
    comesAndGoes: true,
    beats: ['order', 'err-12', 'err-18', 'bare-error'],
    ways: [
      {
        confidence: 0.6,
        needs: clues(
          anyCommand(
            ({ prompted, ending, last, wanted, heard }) =>
              !prompted && wanted !== undefined && ending === 'none' && !heard && !last,
          ),
        ),
        because: 'A command that takes data gets no prompt and no answer.',
      },
      {
        confidence: 0.7,
        needs: clues(
          anyCommand(
            ({ prompted, ending, ended, wanted, heard }) =>
              !prompted && wanted !== undefined && ending === 'none' && !heard && ended === true,
          ),
        ),
        because: 'A command that takes data gets no prompt and no answer, and the host gives up.',
      },
      {
        confidence: 0.45,
        needs: clues(
          { ...anyCommand(({ prompted }) => prompted), anywhere: true },
          anyCommand(
            ({ prompted, blind, wanted, last }) => !prompted && blind === true && wanted !== undefined && !last,
          ),
        ),
        because: 'The host sends data though no prompt has come for them; elsewhere in the log prompts come.',
      },
    ],
    do: [
      'Wait for ">" before the data; look whether an earlier prompt is still open: it takes the next command as data.',
    ],
    ask: ['AT'],
    sources: [],
    examples: ['> AT\n< OK\n> AT+CMQTTTOPIC=0,9\n@+9s\n> AT+CMQTTTOPIC=0,9\n@+9s\n> AT'],
    nearMisses: ['> AT+CMQTTTOPIC=0,9\n< >\n>> room/temp\n< OK'],
  }),
  rule({
    id: 'length-mismatch',
    title: 'The data are shorter or longer than the length that was announced',
    rung: 'application',
    severity: 'error',
    fragile: true,
    beats: ['data-elsewhere', 'falls-silent', 'prompt-missing'],
    ways: [
      {
        confidence: 0.8,
        needs: clues(
          anyCommand(
            ({ prompted, got, wanted, ending, last }) =>
              prompted && wanted !== undefined && got > 0 && got < wanted && ending === 'none' && !last,
          ),
        ),
        because: (facts) =>
          lengths(facts[0] as Exchange, 'The module waits for the rest and takes what follows as data.'),
      },
      {
        confidence: 0.75,
        needs: clues(
          anyCommand(
            ({ prompted, got, wanted, ending }) =>
              prompted && wanted !== undefined && got > wanted + 2 && ending !== 'none',
          ),
          { kind: 'stray', where: ({ text }: { readonly text: string }) => text === 'ERROR', withinMs: 5000 },
        ),
        because: (facts) => lengths(facts[0] as Exchange, 'What is too much is taken as a command.'),
      },
      {
        confidence: 0.75,
        needs: clues(anyCommand(swallowsNext)),
        because: (facts) =>
          lengths(facts[0] as Exchange, 'What is too much stands before the next command, which gets no answer.'),
      },
    ],
    do: ['Give the length in bytes, as UTF-8, without CR LF: "°" has two bytes, "€" three.'],
    ask: ['AT'],
    sources: ['2.2.10 of the application note'],
    examples: ['> AT+CMQTTTOPIC=0,12\n< >\n>> room/temp\n@+9s\n> AT+CMQTTPAYLOAD=0,5\n@+9s\n> AT\n< OK', tooLong],
    nearMisses: ['> AT+CMQTTTOPIC=0,9\n< >\n>> room/temp\n< OK'],
  }),
  rule({
    id: 'urc-as-reply',
    title: 'The host takes a line that comes unasked for the answer to its command',
    rung: 'application',
    severity: 'warning',
    comesAndGoes: true,
    beats: ['started-twice', 'host-restarted'],
    ways: [
      {
        confidence: 0.5,
        needs: clues(
          unaskedLine,
          printed(
            /\bgot ["'][^"']{1,60}["'],? (?:but )?(?:want|expect)|unexpected (?:response|reply|answer)|invalid (?:response|reply)|(?:wrong|bad) (?:response|reply)|failed to parse/i,
          ),
        ),
        because: 'A line comes unasked, and the host complains of its answer right afterwards.',
      },
    ],
    do: [
      'Compare the beginning of each line with the name of the command, and pass on what belongs to none: SMS DONE, PB DONE, +CGEV.',
    ],
    ask: ['AT+CGEREP?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#493', 'RIOT-OS/RIOT#20062'],
    examples: [
      '> AT+CSQ\n< SMS DONE\n# Failed to parse the signal\n< +CSQ: 20,99\n< OK',
      '> AT+CMQTTACCQ=0,"bus",0\n< SMS DONE\n# got "SMS DONE", want "OK"\n> AT+CMQTTACCQ=0,"bus",0\n< OK\n< +CMQTTACCQ: 0,19\n< ERROR',
    ],
    nearMisses: ['> AT+CSQ\n< SMS DONE\n< +CSQ: 20,99\n< OK'],
  }),
]

const lengths = ({ wanted, got }: Exchange, what: string): string =>
  `${wanted} bytes were announced, the log shows ${got}. ${what}`
