import type { Exchange } from '../facts/fact.ts'
import { isInterrupted } from '../lines/grammar.ts'
import { anyCommand, clues, never, printed, silent, started, wasRefused } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

const any: Clue<'exchange'> = anyCommand(({ ending }) => ending !== 'none')
const answered = never(any)
const notAnswered = (times: number): Clue<'exchange'> => ({ ...silent(({ last }) => !last || times === 1), times })
const anyBoot: Clue<'boot'> = { kind: 'boot' }
const nmea = {
  kind: 'value' as const,
  where: ({ name }: { readonly name: string }) => /^\$G[NPLAB][A-Z]{3}$/.test(name),
}
const asksForNmea = anyCommand(({ name }) => /^\+C(?:GPS|GNSS|GPSINFO)/.test(name))
const echoOnly = ({ echoed, ending, wanted }: Exchange): boolean => echoed && ending === 'none' && wanted === undefined

const unended = anyCommand(({ ending, last }) => ending === 'none' && !last)
const isOk = ({ text }: { readonly text: string }): boolean => text === 'OK'
/** What a module answers from its own state. */
const quick = /^(?:|E|I|\+CSQ|\+CPIN|\+C(?:E|G)?REG|\+CGMM|\+CGMR|\+CGSN|\+CMQTTACCQ|\+CMQTTREL|\+CGPADDR)$/
const isSlow = ({ name, form, ending, tookMs = 0 }: Exchange): boolean =>
  ending === 'ok' && tookMs > 5000 && tookMs < 60_000 && quick.test(name) && !(name === '+CPIN' && form === 'write')

const ofHost = anyCommand(({ rows, ending, last }) => rows[0]?.side === 'host' && ending === 'none' && !last)
const echoOfNobody = anyCommand(({ rows, ending, echoed }) => echoed && rows[0]?.side === 'module' && ending !== 'none')

export const lineRules: readonly CauseRule[] = [
  rule({
    id: 'not-booted',
    title: 'The module was asked before it had started; it needs 10 s and more',
    rung: 'line',
    severity: 'warning',
    fragile: true,
    ways: [
      {
        confidence: 0.75,
        needs: clues(notAnswered(1), started()),
        forbids: [never(any, 'before')],
        because: 'The first commands get no answer, and the boot lines come after them.',
      },
      {
        confidence: 0.5,
        needs: clues(notAnswered(2), anyBoot),
        forbids: [never(any, 'before')],
        because: 'The first commands get no answer, and lines of a start come after them.',
      },
      {
        confidence: 0.5,
        needs: clues(
          notAnswered(2),
          anyCommand(({ name, ending }) => name === '' && ending === 'ok'),
        ),
        forbids: [never(any, 'before'), never({ kind: 'garbled' })],
        because: 'The first commands get no answer, later ones do.',
      },
    ],
    do: [
      'Send AT once a second until OK comes, for 20 s at least. Give no second PWRKEY pulse meanwhile: it switches the module off again.',
    ],
    ask: ['AT'],
    sources: [],
    examples: [
      '> AT\n@+1s\n> AT\n@+1s\n> AT\n@+5s\n< *ATREADY: 1\n> AT\n< OK',
      '> AT\n@+2s\n> AT\n@+2s\n< RDY\n< +CPIN: READY',
    ],
    nearMisses: ['< *ATREADY: 1\n> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'no-answer',
    title: 'The module does not answer at all',
    rung: 'line',
    severity: 'error',
    fragile: true,
    ways: [
      {
        confidence: 0.7,
        needs: clues(notAnswered(3)),
        forbids: [
          answered,
          never(anyBoot),
          never({ kind: 'garbled' }),
          never({ kind: 'value' }),
          never(anyCommand(echoOnly)),
        ],
        because: 'Commands are sent, and not one line of a module comes.',
      },
      {
        confidence: 0.6,
        needs: clues(
          printed(
            /modem (?:is )?(?:not respond|no respon)|no (?:response|answer|reply) from (?:the )?mod|failed to (?:start|restart|init)\w* (?:the )?modem|modem (?:start|init|power).{0,12}(?:fail|time)|can(?:'|no)t (?:find|reach) (?:the )?modem/i,
          ),
        ),
        forbids: [answered, never(anyBoot), never({ kind: 'value' })],
        because: 'The host reports that the module does not respond, and no line of a module is in the log.',
      },
    ],
    do: [
      'Check power and the PWRKEY pulse (pins, level, length), then the wiring: TX of the host to RX of the module and the reverse, ground, levels.',
      'Try 115200 baud. With CSCLK 1 the line DTR must be low.',
    ],
    ask: ['AT'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#332'],
    examples: ['> AT\n@+1s\n> AT\n@+1s\n> AT\n@+1s\n> AT'],
    nearMisses: ['> AT\n@+1s\n> AT\n@+1s\n> AT\n< OK\n> AT\n< OK'],
  }),
  rule({
    id: 'answers-late',
    title: 'The answers come later than the host waits: each meets a command that it does not belong to',
    rung: 'line',
    severity: 'warning',
    comesAndGoes: true,
    beats: ['prompt-missing', 'prompt-stuck', 'result-missing', 'data-elsewhere', 'falls-silent', 'ok-missing'],
    ways: [
      {
        confidence: 0.75,
        needs: clues(unended, { kind: 'stray', where: isOk }, { kind: 'stray', where: isOk }),
        forbids: [never(started())],
        because:
          'Commands get no OK before the next one is sent, and later more than one OK comes that none waits for.',
      },
      {
        confidence: 0.5,
        needs: clues({ ...anyCommand(isSlow), times: 2 }),
        because: 'Commands that a module answers at once take more than five seconds.',
      },
    ],
    do: [
      'Wait for the final result of a command (OK, ERROR, +CME ERROR) before the next, up to the time that the manual names for it; AT+COPS=? takes minutes, most take 9 s at most.',
    ],
    ask: ['AT'],
    sources: ['elementzonline/Arduino-Sample-Codes#16', 'QuickSpot/walter-esp-idf#175'],
    examples: [
      '> AT\n< OK\n> AT+CMQTTTOPIC=0,3\n< >\n>> a/b\n@+9s\n> AT+CMQTTPAYLOAD=0,2\n@+9s\n> AT+CSQ\n@+3s\n< OK\n< >\n< OK\n< +CSQ: 20,99\n< OK',
    ],
    nearMisses: ['> AT+CSQ\n< +CSQ: 20,99\n< OK\n> AT+COPS=?\n@+40s\n< +COPS: (2,"A","A","26201",7)\n< OK'],
  }),
  rule({
    id: 'no-cr',
    title: 'The host ends its lines with LF alone, or not at all: the module waits for CR',
    rung: 'line',
    severity: 'error',
    beats: ['no-answer'],
    ways: [
      {
        confidence: 0.92,
        needs: clues({
          ...anyCommand(({ lineEnd, ending, heard }) => lineEnd === 'lf' && ending === 'none' && !heard),
          times: 2,
        }),
        forbids: [answered],
        because: 'The lines end with LF alone, and none is answered.',
      },
      {
        confidence: 0.7,
        needs: clues({ ...anyCommand(echoOnly), times: 3 }),
        forbids: [answered, never(anyBoot, 'after')],
        because: 'What is typed is echoed, and never answered.',
      },
    ],
    do: [
      'End each line with CR: "Both NL & CR" in the serial monitor, \\r\\n in the program. If that is so already, TX and RX of the host may be joined.',
    ],
    ask: ['AT'],
    sources: ['sketches of Xinyuan-LilyGO/LilyGo-Modem-Series'],
    examples: ['> AT\n< AT\n@+2s\n> AT\n< AT\n@+2s\n> AT+CSQ\n< AT+CSQ\n@+2s\n> AT\n< AT\n@+2s\n> AT\n< AT'],
    nearMisses: ['> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'loopback',
    title: 'The host hears itself: its TX and RX are joined, or the module does not run and only passes the line on',
    rung: 'line',
    severity: 'error',
    beats: ['no-cr', 'no-answer'],
    ways: [
      {
        confidence: 0.65,
        needs: clues({ ...anyCommand((fact) => echoOnly(fact) && fact.rows[0]?.side === 'module'), times: 3 }),
        forbids: [answered, never(anyBoot, 'after')],
        because: 'All that comes back is the command itself.',
      },
    ],
    do: [
      'Take the module off the line: if the echo stays, the pins TX and RX of the host touch, or the same pin is given for both. Then check power and PWRKEY of the module.',
    ],
    ask: ['AT'],
    sources: ['vshymanskyy/TinyGSM#669'],
    examples: ['< AT\n@+2s\n< AT\n@+2s\n< AT\n@+2s\n< AT+CSQ\n@+2s\n< AT'],
    nearMisses: ['> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'two-writers',
    title: 'Somebody else uses the same port',
    rung: 'line',
    severity: 'warning',
    comesAndGoes: true,
    beats: ['order', 'typo', 'args', 'unknown-command', 'bare-error', 'prompt-missing'],
    ways: [
      {
        confidence: 0.85,
        needs: clues(anyCommand((fact) => wasRefused(fact) && isInterrupted(fact.line))),
        because: (facts) =>
          `A command begins in the middle of another (${(facts.at(-1) as Exchange).line.slice(0, 40)}): two tasks or programs write at once.`,
      },
      {
        confidence: 0.75,
        needs: clues({ ...nmea, times: 2 }),
        forbids: [never(asksForNmea)],
        because: 'Positions (NMEA) that nobody asked for stand among the answers.',
      },
      {
        confidence: 0.7,
        needs: clues(
          printed(/ModemManager|device or resource busy|port (?:is )?(?:busy|in use)|access denied.*(?:tty|com\d)/i),
        ),
        forbids: [never({ ...any, times: 20 })],
        because: 'The log says that another program has the port.',
      },
      {
        confidence: 0.65,
        needs: clues(ofHost, { ...echoOfNobody, times: 2 }),
        forbids: [never(anyCommand(({ rows, ending }) => rows[0]?.side === 'host' && ending !== 'none'))],
        because: 'The module echoes commands that this log does not send, and does not answer those that it sends.',
      },
    ],
    do: [
      'One task alone writes to the port, a whole command and its answer at a time: put a lock or a queue before it.',
      'Stop the other program (systemctl stop ModemManager), or use another port of the module; AT+CGNSSPORTSWITCH and its like send positions elsewhere.',
    ],
    ask: ['AT+CGNSSPORTSWITCH?'],
    sources: [],
    examples: [
      '> AT+CSQ\n< $GNGGA,101010.00,,,,,0,00,,,M,,M,,*5B\n< +CSQ: 20,99\n< OK\n< $GPRMC,,V,,,,,,,,,,N*53',
      '> AT+CMQTTTAT+CSQ\n< ERROR\n# OPIC=0,12\n> AT\n< OK',
    ],
    nearMisses: [
      '> AT+CSQAT+CREG?\n< ERROR\n> AT\n< OK',
      '> AT+CGNSSPWR=1\n< OK\n< $GNGGA,101010.00,,,,,0,00,,,M,,M,,*5B\n< $GPRMC,,V,,,,,,,,,,N*53',
    ],
  }),
  rule({
    id: 'positions-on-the-port',
    title: 'Positions come in between the answers, as they were asked for',
    rung: 'line',
    severity: 'note',
    ways: [
      {
        confidence: 0.5,
        needs: clues(asksForNmea, { ...nmea, times: 3 }),
        because: 'NMEA sentences share the port with the commands.',
      },
    ],
    do: ['Read them as lines that come unasked, or send them to another port.'],
    ask: ['AT+CGNSSPORTSWITCH?'],
    sources: [],
    examples: ['> AT+CGNSSPWR=1\n< OK\n< $GNGGA,1,,,,,0,00,,,M,,M,,*5B\n< $GPRMC,,V,,,,,,,,,,N*53\n< $GPGSV,1,1,00*79'],
    nearMisses: ['> AT+CGNSSPWR=1\n< OK'],
  }),
]
