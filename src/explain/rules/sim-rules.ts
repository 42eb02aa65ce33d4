import { clues, never, refused, shows } from './clues.ts'
import { type CauseRule, rule } from './rule.ts'

const ready = shows('+CPIN', ({ values }) => values[0] === 'READY')

export const simRules: readonly CauseRule[] = [
  rule({
    id: 'sim-absent',
    title: 'There is no SIM card, or its contacts do not reach it',
    rung: 'sim',
    severity: 'error',
    confidence: 0.9,
    needs: clues(refused('+CPIN', ({ code, words }) => code === 10 || /not inserted/i.test(words ?? ''))),
    forbids: [never(ready)],
    because: 'The module answers that no SIM is inserted, and never says READY.',
    do: ['Put the card in with the power off, and look at the holder: its size, its side, its contacts.'],
    ask: ['AT+CPIN?', 'AT+CICCID'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#379'],
    examples: ['> AT+CPIN?\n< +CME ERROR: SIM not inserted', '> AT+CPIN?\n< +CME ERROR: 10'],
    nearMisses: ['> AT+CPIN?\n< +CME ERROR: SIM not inserted\n< +CPIN: READY'],
  }),
]
