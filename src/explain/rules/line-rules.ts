import type { Exchange } from '../facts/fact.ts'
import { anyCommand, clues, never, printed, sent, silent, started } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

const any: Clue<'exchange'> = anyCommand(({ ending }) => ending !== 'none')
const answered = never(any)
const notAnswered = (times: number): Clue<'exchange'> => ({ ...silent(({ last }) => !last || times === 1), times })
const anyBoot: Clue<'boot'> = { kind: 'boot' }
const garbled = (times: number): Clue<'garbled'> => ({ kind: 'garbled', times })
const nmea = {
  kind: 'value' as const,
  where: ({ name }: { readonly name: string }) => /^\$G[NPLAB][A-Z]{3}$/.test(name),
}
const asksForNmea = anyCommand(({ name }) => /^\+C(?:GPS|GNSS|GPSINFO)/.test(name))
const setSpeed = (test: (baud: number) => boolean) =>
  anyCommand(
    ({ name, args, form }) => (name === '+IPR' || name === '+IPREX') && form === 'write' && test(Number(args[0])),
  )
const echoOnly = ({ echoed, ending, wanted }: Exchange): boolean => echoed && ending === 'none' && wanted === undefined

export const lineRules: readonly CauseRule[] = [
  rule({
    id: 'not-booted',
    title: 'The module was asked before it had started; it needs 10 s and more',
    rung: 'line',
    severity: 'warning',
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
    id: 'wrong-baud',
    title: 'The speed or the levels of the line are wrong',
    rung: 'line',
    severity: 'error',
    ways: [
      {
        confidence: 0.8,
        needs: clues(notAnswered(1), garbled(2)),
        forbids: [answered, never(anyBoot)],
        because: 'What comes back is no text, and no command is answered.',
      },
      {
        confidence: 0.6,
        needs: clues(garbled(4)),
        forbids: [
          never({ ...any, times: 4 }),
          never(
            setSpeed((baud) => baud > 230_400),
            'before',
          ),
        ],
        because: 'Line after line is no text.',
      },
    ],
    do: [
      'Set host and module to one speed, 115200 by default; check the level shifter and a common ground. AT+IPR? at the right speed tells the module’s.',
    ],
    ask: ['AT+IPR?', 'AT'],
    sources: ['MaJerle/lwcell#7', 'espressif/arduino-esp32#2198'],
    examples: ['> AT\n< \xe2\xb8\xae\xe2\xb8\xae\x00\xff\n> AT\n< \xfe\xfe\x80\x80\xff\n> AT\n< \x80\xff\xfe\x00'],
    nearMisses: ['> AT\n< \xe2\xb8\xae\xe2\xb8\xae\n> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'baud-high',
    title: 'The line is too fast for the host: bytes are lost in bursts',
    rung: 'line',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          setSpeed((baud) => baud >= 230_400),
          { kind: 'garbled' },
        ),
        because: 'Behind the change of speed there are lines that are no text.',
      },
      {
        confidence: 0.65,
        needs: clues(
          setSpeed((baud) => baud >= 460_800),
          silent(),
        ),
        because: 'Behind the change to a high speed a command gets no answer.',
      },
    ],
    do: ['Go back to 115200, or use RTS and CTS on both sides (AT+IFC=2,2 and the host’s UART).'],
    ask: ['AT+IPR?', 'AT+IFC?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#199', 'espressif/esp-protocols#789'],
    examples: ['> AT\n< OK\n> AT+IPR=921600\n< OK\n> AT\n@+3s\n> AT'],
    nearMisses: ['> AT+IPR=921600\n< OK\n> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'flow',
    title: 'One side waits for hardware flow control that the other does not give',
    rung: 'line',
    severity: 'error',
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          sent(
            '+IFC',
            ({ args, form, ending }) => form === 'write' && (args[0] === '2' || args[1] === '2') && ending === 'ok',
          ),
          silent(),
        ),
        because: 'RTS and CTS were switched on, and afterwards a command gets no answer.',
      },
    ],
    do: ['Connect RTS and CTS and switch them on in the host too, or AT+IFC=0,0.'],
    ask: ['AT+IFC?'],
    sources: ['espressif/esp-protocols#789'],
    examples: ['> AT+IFC=2,2\n< OK\n@+1s\n> AT+CSQ\n@+5s\n> AT'],
    nearMisses: ['> AT+IFC=2,2\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'asleep',
    title: 'The module sleeps: DTR is high while CSCLK is on',
    rung: 'line',
    severity: 'error',
    ways: [
      {
        confidence: 0.8,
        needs: clues(
          sent('+CSCLK', ({ args, form, ending }) => form === 'write' && args[0] !== '0' && ending === 'ok'),
          silent(),
        ),
        because: 'AT+CSCLK was switched on, and afterwards a command gets no answer.',
      },
    ],
    do: ['Pull DTR low and wait 50 ms before a command, or AT+CSCLK=0.'],
    ask: ['AT+CSCLK?'],
    sources: ['Xinyuan-LilyGO/LilyGO-T-SIM7000G#303'],
    examples: ['> AT+CSCLK=1\n< OK\n@+60s\n> AT\n@+2s\n> AT'],
    nearMisses: ['> AT+CSCLK=1\n< OK\n@+60s\n> AT\n< OK'],
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
    examples: [],
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
    examples: [],
    nearMisses: ['> AT\n< OK\n> AT+CSQ\n< +CSQ: 20,99\n< OK'],
  }),
  rule({
    id: 'two-writers',
    title: 'Somebody else uses the same port',
    rung: 'line',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
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
    ],
    do: [
      'Stop the other program (systemctl stop ModemManager), or use another port of the module; AT+CGNSSPORTSWITCH and its like send positions elsewhere.',
    ],
    ask: ['AT+CGNSSPORTSWITCH?'],
    sources: [],
    examples: ['> AT+CSQ\n< $GNGGA,101010.00,,,,,0,00,,,M,,M,,*5B\n< +CSQ: 20,99\n< OK\n< $GPRMC,,V,,,,,,,,,,N*53'],
    nearMisses: ['> AT+CGNSSPWR=1\n< OK\n< $GNGGA,101010.00,,,,,0,00,,,M,,M,,*5B\n< $GPRMC,,V,,,,,,,,,,N*53'],
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
