import { anyCommand, clues, cme, never, printed, sent, shows } from '../matching/clues.ts'
import { anySignal, noSignal, onNetwork, radioOff, registration, signalTells } from '../matching/registration-clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const radioOn = sent('+CFUN', ({ args, form }) => form === 'write' && args[0] === '1')

export const radioRules: readonly CauseRule[] = [
  rule({
    id: 'no-antenna',
    title: 'The module receives nothing: no antenna, or not at the right connector',
    rung: 'radio',
    severity: 'error',
    ways: [
      {
        confidence: 0.8,
        needs: clues({ ...noSignal, times: 4 }),
        forbids: [never(anySignal), never(onNetwork), never(radioOff, 'before')],
        because: 'AT+CSQ tells 99,99, no signal at all, each time.',
      },
      {
        confidence: 0.65,
        needs: clues(noSignal, registration('0', '2')),
        forbids: [never(anySignal), never(onNetwork), never(radioOff, 'before')],
        because: 'AT+CSQ tells 99,99, no signal at all, and the module finds no network.',
      },
      {
        confidence: 0.7,
        needs: clues(printed(/signal quality ?[:=] ?99\b/i), printed(/signal quality ?[:=] ?99\b/i)),
        forbids: [
          never(anySignal),
          never(onNetwork),
          never(radioOff, 'before'),
          never(printed(/signal quality ?[:=] ?(?:[1-9]|[12]\d|3[01])\b/i)),
        ],
        because: 'The signal is 99, which is none at all, each time.',
      },
    ],
    do: ['Put the LTE antenna on the connector MAIN, not GNSS or AUX, and press it on; then go to a window.'],
    ask: ['AT+CSQ', 'AT+CPSI?', 'AT+CFUN?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#138'],
    examples: [
      '> AT+CSQ\n< +CSQ: 99,99\n< OK\n@+10s\n> AT+CSQ\n< +CSQ: 99,99\n< OK\n@+10s\n> AT+CSQ\n< +CSQ: 99,99\n< OK\n@+10s\n> AT+CSQ\n< +CSQ: 99,99\n< OK',
      '> AT+CSQ\n< +CSQ: 99,99\n< OK\n> AT+CEREG?\n< +CEREG: 0,2\n< OK',
    ],
    nearMisses: [
      '> AT+CSQ\n< +CSQ: 99,99\n< OK\n> AT+CREG?\n< +CREG: 0,2\n< OK\n@+5s\n> AT+CSQ\n< +CSQ: 21,99\n< OK\n> AT+CREG?\n< +CREG: 0,1\n< OK',
    ],
  }),
  rule({
    id: 'radio-off',
    title: 'The radio is switched off',
    rung: 'radio',
    severity: 'error',
    beats: ['no-antenna', 'reg-searching'],
    ways: [
      {
        confidence: 0.8,
        needs: clues(radioOff, registration('0')),
        forbids: [never(onNetwork, 'after'), never(radioOn)],
        because: 'AT+CFUN was set to 0 or 4 and never back to 1.',
      },
      {
        confidence: 0.8,
        needs: clues(shows('+CPSI', ({ text }) => /NO SERVICE[, ]+(?:Low Power|Flight|Offline)/i.test(text))),
        forbids: [never(onNetwork, 'after'), never(radioOn, 'after')],
        because: 'AT+CPSI? names a mode in which the radio is off.',
      },
      {
        confidence: 0.8,
        needs: clues(anyCommand(cme([524], /minimal function/i))),
        forbids: [never(onNetwork, 'after'), never(radioOn, 'after')],
        because: 'A command is refused because the module is in minimum function mode.',
      },
    ],
    do: ['AT+CFUN=1, then wait for registration.'],
    ask: ['AT+CFUN?', 'AT+CPSI?'],
    sources: ['3GPP TS 27.007'],
    examples: [
      '> AT+CFUN=4\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK',
      '> AT+CPSI?\n< +CPSI: NO SERVICE,Low Power Mode\n< OK',
    ],
    nearMisses: [
      '> AT+CFUN=0\n< OK\n> AT+CFUN=1\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK',
      '> AT+CPSI?\n< +CPSI: NO SERVICE,Low Power Mode\n< OK\n> AT+CFUN=1\n< OK',
    ],
  }),
  rule({
    id: 'weak-signal',
    title: 'The signal is weak',
    rung: 'radio',
    severity: 'note',
    ways: [
      {
        confidence: 0.6,
        needs: clues({ ...signalTells((rssi) => rssi >= 0 && rssi < 8), times: 2 }),
        forbids: [never(signalTells((rssi) => rssi >= 12 && rssi < 99))],
        because: 'AT+CSQ tells less than 8, −97 dBm and below, each time.',
      },
      {
        confidence: 0.5,
        needs: clues(signalTells((rssi) => rssi >= 0 && rssi < 6)),
        because: 'AT+CSQ tells less than 6, −101 dBm and below.',
      },
    ],
    do: ['A better antenna, or another place for it; data come late and connections are lost with a signal like this.'],
    ask: ['AT+CSQ', 'AT+CPSI?'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CSQ\n< +CSQ: 4,99\n< OK\n@+9s\n> AT+CSQ\n< +CSQ: 5,99\n< OK'],
    nearMisses: ['> AT+CSQ\n< +CSQ: 7,99\n< OK\n@+9s\n> AT+CSQ\n< +CSQ: 22,99\n< OK'],
  }),
]
