import { clues, printed, sent, started } from './clues.ts'
import { type CauseRule, rule } from './rule.ts'

export const powerRules: readonly CauseRule[] = [
  rule({
    id: 'brown-out',
    title: 'The supply breaks down when the module draws current',
    rung: 'power',
    severity: 'error',
    confidence: 0.95,
    comesAndGoes: true,
    needs: clues(printed(/brownout detector|rst:0xf \(RTCWDT_BROWN_OUT_RESET\)/i)),
    because: 'The host was reset by its brown-out detector: the voltage fell too low.',
    do: [
      'Supply the module from a source that gives 2 A for a moment, with a capacitor of 470 µF or more next to it.',
      'Measure VBAT with an oscilloscope while the module attaches to the network.',
    ],
    ask: ['AT+CBC', 'AT+CFUN=0'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#232', 'Xinyuan-LilyGO/LilyGo-Modem-Series#540'],
    examples: ['> AT\n< OK\n# Brownout detector was triggered'],
    nearMisses: ['> AT\n< OK\n# rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)'],
  }),
  rule({
    id: 'module-restarts',
    title: 'The module starts again and again',
    rung: 'power',
    severity: 'error',
    confidence: 0.6,
    comesAndGoes: true,
    needs: clues(started, sent('+CFUN'), started),
    because: 'Its first boot line comes again after the radio was switched on.',
    do: ['Look at the supply: the peak current of the first transmission is what makes it restart.'],
    ask: ['AT+CFUN=0', 'AT+CBC'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#172'],
    examples: [],
    nearMisses: [],
  }),
]
