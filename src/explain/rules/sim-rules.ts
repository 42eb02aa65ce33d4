import type { ResultFact } from '../facts/fact.ts'
import { clues, cme, never, printed, refused, shows } from '../matching/clues.ts'
import { onNetwork } from '../matching/registration-clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const ready = shows('+CPIN', ({ values }) => values[0] === 'READY')
const state = (pattern: RegExp) => shows('+CPIN', ({ text }) => pattern.test(text))
const cardTold = (numbers: readonly number[], words: RegExp) => ({
  kind: 'exchange' as const,
  where: cme(numbers, words),
})
const inUse = {
  kind: 'result' as const,
  where: ({ code, name }: ResultFact) => code === 0 && name.startsWith('+CMQTT'),
}
const registered = ['+CREG', '+CGREG', '+CEREG'].map((name) =>
  never(shows(name, ({ values }) => /^[15]$/.test(values.length === 1 ? values[0]! : (values[1] ?? '')))),
)

export const simRules: readonly CauseRule[] = [
  rule({
    id: 'sim-early',
    title: 'The SIM was asked before it was ready; harmless',
    rung: 'sim',
    severity: 'note',
    ways: [
      {
        confidence: 0.8,
        needs: clues(cardTold([10, 13, 14, 313], /SIM (?:failure|busy|not inserted)/i), { ...ready, withinMs: 60_000 }),
        because: 'The first question fails, and the module says READY soon afterwards.',
      },
      {
        confidence: 0.6,
        needs: clues(cardTold([10, 13, 14], /SIM (?:failure|busy|not inserted)/i), onNetwork),
        forbids: [never(state(/NOT INSERTED|REMOVED|CRASH|NOT READY/i))],
        because: 'The first question fails, and the module is registered afterwards.',
      },
    ],
    do: ['Ask AT+CPIN? once a second until it says READY, for 20 s at least.'],
    ask: ['AT+CPIN?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#79', 'Xinyuan-LilyGO/LilyGo-Modem-Series#338'],
    examples: [
      '> AT+CPIN?\n< +CME ERROR: SIM failure\n@+3s\n< +CPIN: READY',
      '> AT+CPIN?\n< +CME ERROR: SIM busy\n@+2s\n> AT+CPIN?\n< +CPIN: READY\n< OK',
    ],
    nearMisses: ['> AT+CPIN?\n< +CME ERROR: SIM failure\n@+9s\n> AT+CPIN?\n< +CME ERROR: SIM failure'],
  }),
  rule({
    id: 'sim-absent',
    title: 'There is no SIM card, or its contacts do not reach it',
    rung: 'sim',
    severity: 'error',
    ways: [
      {
        confidence: 0.92,
        needs: clues(cardTold([10], /SIM not inserted/i)),
        forbids: [never(ready), ...registered],
        because: 'The module answers that no SIM is inserted, and never says READY.',
      },
      {
        confidence: 0.9,
        needs: clues(state(/NOT INSERTED/i)),
        forbids: [never(ready, 'after'), ...registered],
        because: 'The module says that no SIM is inserted, and never says READY afterwards.',
      },
      {
        confidence: 0.75,
        needs: clues(
          printed(
            /sim (?:card )?(?:is )?(?:not (?:inserted|detected|found|present)|missing)|no sim(?: card)?\b|insert (?:a |the )?sim/i,
          ),
        ),
        forbids: [never(ready), ...registered],
        because: 'The host found no SIM, and the module never says READY.',
      },
    ],
    do: ['Put the card in with the power off, and look at the holder: size and side of the card, its contacts.'],
    ask: ['AT+CPIN?', 'AT+CICCID', 'AT+UIMHOTSWAPON?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#379'],
    examples: [
      '> AT+CPIN?\n< +CME ERROR: SIM not inserted',
      '> AT+CPIN?\n< +CME ERROR: 10',
      '< QCRDY\n< +CPIN: NOT INSERTED',
    ],
    nearMisses: ['> AT+CPIN?\n< +CME ERROR: SIM not inserted\n< +CPIN: READY'],
  }),
  rule({
    id: 'sim-loop',
    title: 'The SIM card loses its contact again and again',
    rung: 'sim',
    severity: 'error',
    comesAndGoes: true,
    beats: ['sim-absent', 'sim-early'],
    ways: [
      {
        confidence: 0.85,
        needs: clues({ ...state(/SIM (?:REMOVED|CRASH)/i), times: 2 }),
        because: 'The module reports more than once that the card was removed or crashed.',
      },
      {
        confidence: 0.75,
        needs: clues(state(/SIM CRASH/i)),
        because: 'The module reports that the card crashed.',
      },
      {
        confidence: 0.7,
        needs: clues(ready, state(/SIM REMOVED|NOT INSERTED|NOT READY/i)),
        forbids: [never(refused('+CFUN')), never({ kind: 'exchange', name: '+CFUN' }, 'between')],
        because: 'The card was ready, and is gone afterwards.',
      },
      {
        confidence: 0.7,
        needs: clues(inUse, state(/SIM REMOVED|NOT INSERTED/i)),
        forbids: [never({ kind: 'exchange', name: '+CFUN' }, 'between')],
        because: 'The MQTT service was in use, and the card is gone afterwards.',
      },
    ],
    do: [
      'Try another card and clean the contacts; look at the holder, and keep the lines of the card short and away from the antenna.',
    ],
    ask: ['AT+CPIN?', 'AT+CICCID'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#496'],
    examples: [
      '< +CPIN: READY\n@+20s\n< +CPIN: SIM REMOVED\n@+4s\n< +CPIN: READY\n@+20s\n< +CPIN: SIM REMOVED',
      '< +CPIN: READY\n< SMS DONE\n@+9s\n< +CPIN: SIM CRASH',
    ],
    nearMisses: ['< +CPIN: READY\n> AT+CFUN=0\n< +CPIN: NOT READY\n< OK'],
  }),
  rule({
    id: 'sim-pin',
    title: 'The SIM card wants its PIN',
    rung: 'sim',
    severity: 'error',
    ways: [
      {
        confidence: 0.9,
        needs: clues(state(/^\+CPIN: ?SIM PIN2?\s*$/i)),
        forbids: [never(ready, 'after')],
        because: 'AT+CPIN? asks for the PIN, and READY does not follow.',
      },
      {
        confidence: 0.85,
        needs: clues(cardTold([11], /SIM PIN required/i)),
        forbids: [never(ready, 'after')],
        because: 'A command is refused because the PIN is not entered.',
      },
    ],
    do: [
      'Enter it: AT+CPIN=1234, with your PIN, after every start; or switch the question off once: AT+CLCK="SC",0,"1234".',
    ],
    ask: ['AT+CPIN?', 'AT+SPIC'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CPIN?\n< +CPIN: SIM PIN\n< OK', '> AT+CREG?\n< +CME ERROR: SIM PIN required'],
    nearMisses: ['> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CPIN=1234\n< OK\n< +CPIN: READY'],
  }),
  rule({
    id: 'sim-pin-wrong',
    title: 'The PIN is wrong',
    rung: 'sim',
    severity: 'error',
    beats: ['sim-pin'],
    ways: [
      {
        confidence: 0.92,
        needs: clues(
          refused(
            '+CPIN',
            (fact, view) => fact.form === 'write' && cme([16, 313], /incorrect password|wrong format/i)(fact, view),
          ),
        ),
        forbids: [never(ready, 'after')],
        because: 'The card does not take the PIN.',
      },
    ],
    do: ['Do not try on: after three wrong PINs the card wants its PUK. Ask AT+SPIC how many tries are left.'],
    ask: ['AT+SPIC', 'AT+CPIN?'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CPIN=0000\n< +CME ERROR: incorrect password'],
    nearMisses: ['> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CPIN=0000\n< OK\n< +CPIN: READY'],
  }),
  rule({
    id: 'sim-puk',
    title: 'The SIM card is locked and wants its PUK',
    rung: 'sim',
    severity: 'error',
    beats: ['sim-pin', 'sim-pin-wrong'],
    ways: [
      {
        confidence: 0.95,
        needs: clues(state(/SIM PUK/i)),
        forbids: [never(ready, 'after')],
        because: 'AT+CPIN? asks for the PUK.',
      },
      {
        confidence: 0.9,
        needs: clues(cardTold([12, 531, 532], /PUK|USIM PIN is blocked/i)),
        forbids: [never(ready, 'after')],
        because: 'The module says that the card is locked.',
      },
    ],
    do: ['Enter AT+CPIN="PUK","NEW PIN" with the PUK of the operator; after ten wrong ones the card is lost.'],
    ask: ['AT+SPIC'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CPIN?\n< +CPIN: SIM PUK\n< OK'],
    nearMisses: ['> AT+CPIN?\n< +CPIN: SIM PUK\n< OK\n> AT+CPIN="12345678","1234"\n< OK\n< +CPIN: READY'],
  }),
  rule({
    id: 'sim-failure',
    title: 'The module does not get along with the SIM card',
    rung: 'sim',
    severity: 'error',
    ways: [
      {
        confidence: 0.75,
        needs: clues({ ...cardTold([13, 15], /SIM (?:failure|wrong)/i), times: 3 }),
        forbids: [never(ready, 'after'), ...registered],
        because: 'It fails each time it is asked, and READY never comes.',
      },
      {
        confidence: 0.6,
        needs: clues(cardTold([13, 15], /SIM (?:failure|wrong)/i)),
        forbids: [never(ready), ...registered],
        because: 'The card can not be read, and READY never comes in this log.',
      },
      {
        confidence: 0.7,
        needs: clues({ ...cardTold([14], /SIM busy/i), times: 3 }),
        forbids: [never(ready, 'after'), ...registered],
        because: 'It stays busy, and READY never comes.',
      },
      {
        confidence: 0.48,
        needs: clues(cardTold([14], /SIM busy/i)),
        forbids: [never(ready), ...registered],
        because: 'The card is busy, and READY does not come in this log.',
      },
    ],
    do: [
      'Wait 20 s after the start and ask again; then try another card, clean the contacts, and look at AT+CFUN?: in mode 0 the card has no power.',
    ],
    ask: ['AT+CFUN?', 'AT+CPIN?', 'AT+CICCID'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#79'],
    examples: [
      '> AT+CPIN?\n< +CME ERROR: SIM failure\n@+2s\n> AT+CPIN?\n< +CME ERROR: SIM failure\n@+2s\n> AT+CPIN?\n< +CME ERROR: SIM failure',
    ],
    nearMisses: ['> AT+CPIN?\n< +CME ERROR: SIM failure\n@+3s\n< +CPIN: READY'],
  }),
]
