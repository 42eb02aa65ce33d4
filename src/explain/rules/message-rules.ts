import type { MessageFact, PrintFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { clues, printed } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

const message = (where: (fact: MessageFact) => boolean): Clue<'message'> => ({ kind: 'message', where })

/** As a trace writes it; other programs' faults have other names. */
const idleFault = /\bfault (?:[a-z]+(?:-[a-z0-9]+)+|noise|overrun) (?:touched nothing|never started)/
const ranFault = /\bfault (?:[a-z]+(?:-[a-z0-9]+)+|noise|overrun) started/

export const messageRules: readonly CauseRule[] = [
  rule({
    id: 'echo-in-payload',
    title: 'The echo of a command stands inside a received message',
    rung: 'application',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.7,
        needs: clues(message(({ holdsCommand }) => holdsCommand)),
        because: 'A command line stands where the payload of a message is.',
      },
    ],
    do: ['Switch the echo off (ATE0), and send nothing between +CMQTTRXSTART and +CMQTTRXEND.'],
    ask: ['ATE0'],
    sources: ['QuickSpot/walter-esp-idf#166'],
    examples: [
      '> ATE1\n< OK\n< +CMQTTRXSTART: 0,3,18\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,18\n< on AT+CSQ and more\n< +CMQTTRXEND: 0',
    ],
    nearMisses: ['< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n< +CMQTTRXEND: 0'],
  }),
  rule({
    id: 'message-incomplete',
    title: 'The end of a received message is missing',
    rung: 'application',
    severity: 'warning',
    fragile: true,
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.55,
        needs: clues(message(({ complete }) => !complete)),
        because: 'A message begins with RXSTART, and no RXEND follows.',
      },
    ],
    do: [
      'Read by the lengths of RXTOPIC and RXPAYLOAD, and give a message up after 2 s; look for bytes that the host lost.',
    ],
    ask: ['AT+IPR?'],
    sources: ['Xinyuan-LilyGO/LilyGo-T-SIM7080G#24'],
    examples: ['< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n@+9s\n> AT\n< OK'],
    nearMisses: [
      '< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n< +CMQTTRXEND: 0\n> AT\n< OK',
    ],
  }),
  rule({
    id: 'buffer-small',
    title: 'The message is longer than the buffer of the host',
    rung: 'application',
    severity: 'error',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.7,
        needs: clues(
          message(({ payloadLength, topicLength }) => payloadLength + topicLength > 240),
          { kind: 'hostBoot', withinMs: 10_000 },
        ),
        because: (facts) =>
          `A message of ${(facts[0] as MessageFact).payloadLength} bytes comes in, and the host starts anew.`,
      },
      {
        confidence: 0.6,
        needs: clues(message(({ payloadLength, complete }) => payloadLength > 240 && !complete)),
        because: (facts) =>
          `A message of ${(facts[0] as MessageFact).payloadLength} bytes comes in, and its end is missing.`,
      },
    ],
    do: [
      'Make the buffer as long as the longest message (RXSTART tells it before), read by length and in parts of up to 1500 bytes, and enlarge the receive buffer of the UART.',
    ],
    ask: [],
    sources: ['Xinyuan-LilyGO/LilyGo-T-SIM7080G#24'],
    examples: [
      '< +CMQTTRXSTART: 0,3,1400\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,1400\n< {"a":1,\n# rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
    ],
    nearMisses: ['< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n< +CMQTTRXEND: 0'],
  }),
  rule({
    id: 'message-doubled',
    title: 'A received message, or a line that comes unasked, stands there twice',
    rung: 'application',
    severity: 'note',
    fragile: true,
    ways: [
      {
        confidence: 0.55,
        needs: clues({ kind: 'message', where: (fact: MessageFact, view: FactView) => isRepeated(fact, view) }),
        because: 'The same message comes twice in a row, as a server may send it again at QoS 1.',
      },
    ],
    do: ['Take a message that is the same as the one before for a repetition; at QoS 1 it may come again.'],
    ask: [],
    sources: ['espressif/esp-protocols#789'],
    examples: [
      '< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n< +CMQTTRXEND: 0\n< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n< +CMQTTRXEND: 0',
    ],
    nearMisses: ['< +CMQTTRXSTART: 0,3,2\n< +CMQTTRXTOPIC: 0,3\n< a/b\n< +CMQTTRXPAYLOAD: 0,2\n< on\n< +CMQTTRXEND: 0'],
  }),
  rule({
    id: 'fault-injected',
    title: 'The log is of a test in which atmqtt made something go wrong',
    rung: 'application',
    severity: 'note',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.95,
        needs: clues(printed(idleFault)),
        because: (facts) =>
          `It says: ${(facts.at(-1) as PrintFact).text}. The test has shown nothing about that fault.`,
      },
      {
        confidence: 0.9,
        needs: clues(printed(ranFault)),
        because: (facts) =>
          `It says: ${(facts.at(-1) as PrintFact).text}. What else is found is what a host sees of it.`,
      },
    ],
    do: [
      'Look the fault up (atmqtt faults NAME). One that touched nothing, or never started, starts too late or too early.',
    ],
    ask: [],
    sources: ['docs/reference/faults.md'],
    examples: [
      '# fault result-lost started\n> AT+CSQ\n< +CSQ: 20,99\n< OK',
      '> AT+CSQ\n< +CSQ: 20,99\n< OK\n# fault prompt-lost touched nothing',
    ],
    nearMisses: ['# fault detection started\n# no fault found\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
]

/** The message right before it is the same, and came within 2 s. */
function isRepeated(fact: MessageFact, view: FactView): boolean {
  const before = view.all('message').findLast(({ at }) => at < fact.at)
  if (!before || before.text !== fact.text || fact.text === '') return false
  return fact.ms === undefined || before.ms === undefined ? fact.at - before.at < 3 : fact.ms - before.ms < 2000
}
