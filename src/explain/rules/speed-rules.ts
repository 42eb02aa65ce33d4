import { anyCommand, clues, never, sent, silent } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

const any: Clue<'exchange'> = anyCommand(({ ending }) => ending !== 'none')
const answered = never(any)
const notAnswered = (times: number): Clue<'exchange'> => ({ ...silent(({ last }) => !last || times === 1), times })
const anyBoot: Clue<'boot'> = { kind: 'boot' }
const garbled = (times: number): Clue<'garbled'> => ({ kind: 'garbled', times })
const setSpeed = (test: (baud: number) => boolean) =>
  anyCommand(
    ({ name, args, form }) => (name === '+IPR' || name === '+IPREX') && form === 'write' && test(Number(args[0])),
  )

export const speedRules: readonly CauseRule[] = [
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
]
