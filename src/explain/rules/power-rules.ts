import { anyCommand, clues, never, printed, sent, shows, silent, started } from '../matching/clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const unasked = started(({ asked }) => !asked)

export const powerRules: readonly CauseRule[] = [
  rule({
    id: 'brown-out',
    title: 'The supply breaks down when the module draws current',
    rung: 'power',
    severity: 'error',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.97,
        needs: clues(printed(/brown-?out detector|RTCWDT_BROWN_OUT|rst:0xf \(/i)),
        because: 'The host was reset by its brown-out detector: the voltage fell too low.',
      },
      {
        confidence: 0.9,
        needs: clues(shows('UNDER-VOLTAGE WARNNING')),
        because: 'The module itself reports that its voltage is too low.',
      },
      {
        confidence: 0.9,
        needs: clues(printed(/under.?voltage (?:warn|power ?down)/i)),
        because: 'The module itself reports that its voltage is too low.',
      },
      {
        confidence: 0.75,
        needs: clues(started(), unasked, { ...unasked, times: 2 }),
        because: 'The module starts again and again, and nobody told it to.',
      },
      {
        confidence: 0.5,
        needs: clues(
          anyCommand(({ ending }) => ending === 'ok'),
          unasked,
        ),
        because: 'The module answered, and then started anew, and nobody told it to.',
        forbids: [never(printed(/guru meditation|abort\(\) was called/i)), never(anyCommand(isStop), 'between')],
      },
      {
        confidence: 0.6,
        needs: clues(started(), unasked),
        because: 'The module started a second time, and nobody told it to.',
        forbids: [never(printed(/guru meditation|abort\(\) was called/i)), never(anyCommand(isStop), 'between')],
      },
    ],
    do: [
      'Supply the module from a source that gives 2 A for a moment, with a capacitor of some hundred µF next to it; a USB port alone is not enough.',
      'Measure VBAT while the module attaches to the network: that is when it takes most.',
    ],
    ask: ['AT+CBC', 'AT+CFUN=0', 'AT+CFUN=1'],
    sources: [
      'Xinyuan-LilyGO/LilyGo-Modem-Series#232',
      'Xinyuan-LilyGO/LilyGo-Modem-Series#540',
      'Xinyuan-LilyGO/LilyGo-Modem-Series#172',
    ],
    examples: [
      '> AT\n< OK\n# Brownout detector was triggered',
      '< *ATREADY: 1\n> AT\n< OK\n> AT+CFUN=1\n< OK\n@+6s\n< *ATREADY: 1\n< +CPIN: READY\n@+7s\n< *ATREADY: 1\n@+6s\n< *ATREADY: 1',
    ],
    nearMisses: [
      '> AT\n< OK\n# rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
      '< *ATREADY: 1\n> AT+CRESET\n< OK\n@+6s\n< *ATREADY: 1\n> AT+CRESET\n< OK\n@+6s\n< *ATREADY: 1',
    ],
  }),
  rule({
    id: 'session-reboots-module',
    title: 'The module starts anew when a live MQTT session is stopped',
    rung: 'service',
    severity: 'warning',
    comesAndGoes: true,
    beats: ['brown-out'],
    ways: [
      {
        confidence: 0.8,
        needs: clues(
          anyCommand((fact) => isStop(fact) && fact.ending === 'none'),
          { ...unasked, withinMs: 20_000 },
        ),
        // A module that starts anew by itself also does so behind these.
        forbids: [never(unasked, 'before')],
        because: 'DISC or STOP got no answer; the first boot line came instead.',
      },
    ],
    do: [
      'Leave the session alone and go on with it (AT+CMQTTACCQ?, AT+CMQTTDISC? show it), or restart the module on purpose.',
    ],
    ask: ['AT+CMQTTDISC?', 'AT+CGMR'],
    sources: ['logs of A7672 modules'],
    examples: ['< *ATREADY: 1\n> AT+CMQTTDISC=0,60\n@+2s\n< *ATREADY: 1\n< +CPIN: READY'],
    nearMisses: [
      '< *ATREADY: 1\n> AT+CMQTTDISC=0,60\n< OK\n< +CMQTTDISC: 0,0\n> AT+CRESET\n< OK\n@+6s\n< *ATREADY: 1',
      '< *ATREADY: 1\n> AT\n< OK\n@+9s\n< *ATREADY: 1\n> AT+CMQTTDISC=0,60\n< ERROR\n@+9s\n< *ATREADY: 1',
    ],
  }),
  rule({
    id: 'reset-held',
    title:
      'The module came up in minimum function mode: its reset line was held, or its last power-off was not complete',
    rung: 'power',
    severity: 'error',
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          shows('+CFUN', ({ values }) => values[0] === '0'),
          anyCommand(({ words, code }) => code === 13 || /SIM failure/i.test(words ?? '')),
        ),
        forbids: [never(sent('+CFUN', ({ args, form }) => form === 'write' && (args[0] === '0' || args[0] === '4')))],
        because: 'AT+CFUN? tells 0 although no command set it, and the SIM fails.',
      },
    ],
    do: [
      'Drive the reset and power pins in the order of the board’s example, and take all power away for some seconds.',
      'Until then AT+CFUN=1 switches the radio on.',
    ],
    ask: ['AT+CFUN?', 'AT+CFUN=1', 'AT+CPIN?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#463'],
    examples: ['> AT+CFUN?\n< +CFUN: 0\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM failure'],
    nearMisses: ['> AT+CFUN=0\n< OK\n> AT+CFUN?\n< +CFUN: 0\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM failure'],
  }),
  rule({
    id: 'powered-off',
    title: 'The module switched itself off',
    rung: 'power',
    severity: 'error',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.7,
        needs: clues(
          {
            kind: 'value',
            where: ({ text }: { readonly text: string }) => /^(?:NORMAL POWER DOWN|POWERE?D? DOWN)$/.test(text),
          },
          silent(),
        ),
        forbids: [
          never(
            anyCommand(({ name }) => name === '+CPOF' || name === '+CPOWD'),
            'before',
          ),
        ],
        because: 'It says that it is off, and nothing told it so; afterwards it is silent.',
      },
    ],
    do: [
      'Look at the PWRKEY line: a long pulse switches a running module off. Give the pulse only when AT is not answered.',
    ],
    ask: ['AT'],
    sources: [],
    examples: ['> AT\n< OK\n< NORMAL POWER DOWN\n@+5s\n> AT\n@+5s\n> AT\n@+5s\n> AT'],
    nearMisses: ['> AT+CPOF\n< OK\n< NORMAL POWER DOWN\n@+5s\n> AT\n@+5s\n> AT'],
  }),
]

function isStop({ name }: { readonly name: string }): boolean {
  return name === '+CMQTTSTOP' || name === '+CMQTTDISC'
}
