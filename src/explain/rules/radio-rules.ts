import type { ValueFact } from '../facts/fact.ts'
import { anyCommand, clues, cme, never, printed, sent, shows } from '../matching/clues.ts'
import { type CauseRule, type Clue, rule } from '../matching/rule.ts'

/** `<stat>` of `+CREG: 0,3`, `+CREG: 3` and `+CREG: 0.3`. */
export function registrationState({ values, urc }: ValueFact): string {
  const [first = '', second] = values.length === 1 ? values[0]!.split('.') : values
  return second === undefined || (urc && second.length > 2) ? first : second
}

const domains = new Set(['+CREG', '+CGREG', '+CEREG'])
/** Any of the three domains tells one of these states. */
export const registration = (...states: readonly string[]): Clue<'value'> => ({
  kind: 'value',
  where: (fact) => domains.has(fact.name) && states.includes(registrationState(fact)),
})
const domain = (name: string, ...states: readonly string[]) =>
  shows(name, (fact) => states.includes(registrationState(fact)))

const signal = (test: (rssi: number) => boolean) =>
  shows('+CSQ', ({ values, text }) => !text.includes('(') && test(Number(values[0])))
const noSignal = signal((rssi) => rssi === 99)
const anySignal = signal((rssi) => rssi > 0 && rssi < 99)
export const onNetwork = registration('1', '5')
const radioOff = sent('+CFUN', ({ args, form }) => form === 'write' && (args[0] === '0' || args[0] === '4'))

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
        forbids: [
          never(onNetwork, 'after'),
          never(sent('+CFUN', ({ args, form }) => form === 'write' && args[0] === '1')),
        ],
        because: 'AT+CFUN was set to 0 or 4 and never back to 1.',
      },
      {
        confidence: 0.8,
        needs: clues(shows('+CPSI', ({ text }) => /NO SERVICE[, ]+(?:Low Power|Flight|Offline)/i.test(text))),
        forbids: [never(onNetwork, 'after')],
        because: 'AT+CPSI? names a mode in which the radio is off.',
      },
      {
        confidence: 0.8,
        needs: clues(anyCommand(cme([524], /minimal function/i))),
        forbids: [never(onNetwork, 'after')],
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
    nearMisses: ['> AT+CFUN=0\n< OK\n> AT+CFUN=1\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK'],
  }),
  rule({
    id: 'reg-denied',
    title: 'The network refuses the SIM card',
    rung: 'radio',
    severity: 'error',
    beats: ['reg-searching', 'no-antenna'],
    ways: [
      {
        confidence: 0.85,
        needs: clues({ ...registration('3'), times: 2 }),
        forbids: [never(onNetwork)],
        because: 'Registration is denied: the state is 3, more than once.',
      },
      {
        confidence: 0.75,
        needs: clues(registration('3')),
        forbids: [never(onNetwork)],
        because: 'Registration is denied: the state is 3.',
      },
      {
        confidence: 0.85,
        needs: clues(
          anyCommand(
            cme(
              [103, 106, 107, 108, 111, 112, 113, 114],
              /PLMN not allowed|not allowed in this|illegal M[SE]|services not allowed|location area not allowed|\(#1[1-5]\)/i,
            ),
          ),
        ),
        forbids: [never(onNetwork)],
        because: 'The network names a reason for its refusal.',
      },
      {
        confidence: 0.7,
        needs: clues(printed(/registration (?:was )?(?:denied|rejected|refused)/i)),
        forbids: [never(onNetwork)],
        because: 'The host read that the registration was refused.',
      },
    ],
    do: [
      'Ask the operator whether the card is active, is allowed in a device of this kind (IMEI, M2M tariff) and in this network; roaming is often off.',
      'When the card was unblocked meanwhile: AT+CFUN=0, 10 s, AT+CFUN=1, for the module does not try again by itself.',
    ],
    ask: ['AT+COPS?', 'AT+CPSI?', 'AT+CEER', 'AT+CGDCONT?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#231', 'Xinyuan-LilyGO/LilyGo-Modem-Series#474'],
    examples: [
      '> AT+CEREG?\n< +CEREG: 0,3\n< OK\n@+5s\n> AT+CEREG?\n< +CEREG: 0,3\n< OK',
      '> AT+COPS=1,2,"26201",7\n< +CME ERROR: PLMN not allowed',
    ],
    nearMisses: ['> AT+CREG?\n< +CREG: 0,3\n< OK\n@+5s\n> AT+CREG?\n< +CREG: 0,1\n< OK'],
  }),
  rule({
    id: 'reg-stuck',
    title: 'The module keeps to a refusal that is over: it does not try to register again by itself',
    rung: 'radio',
    severity: 'error',
    beats: ['reg-denied'],
    ways: [
      {
        confidence: 0.7,
        needs: clues(onNetwork, { ...registration('3'), times: 3 }),
        forbids: [never(onNetwork, 'after')],
        because: 'The card was registered before, and is refused ever since.',
      },
      {
        confidence: 0.7,
        needs: clues(printed(/(?:unblocked|reactivated|topped.?up|paid)\b/i), registration('3')),
        forbids: [never(onNetwork, 'after')],
        because: 'The card works again according to the log, and the module is still refused.',
      },
    ],
    do: [
      'AT+CFUN=0, wait 10 s, AT+CFUN=1.',
      'If it is refused then too, the operator refuses it: contract, tariff, bands.',
    ],
    ask: ['AT+CFUN=0', 'AT+CFUN=1', 'AT+CEREG?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#474'],
    examples: [
      '> AT+CGREG?\n< +CGREG: 0,1\n< OK\n@+60s\n> AT+CGREG?\n< +CGREG: 0,3\n< OK\n@+9s\n> AT+CGREG?\n< +CGREG: 0,3\n< OK\n@+9s\n> AT+CGREG?\n< +CGREG: 0,3\n< OK',
    ],
    nearMisses: ['> AT+CGREG?\n< +CGREG: 0,3\n< OK\n@+9s\n> AT+CGREG?\n< +CGREG: 0,3\n< OK'],
  }),
  rule({
    id: 'reg-wrong-query',
    title: 'The module is registered for LTE; the host asks about another domain',
    rung: 'radio',
    severity: 'warning',
    comesAndGoes: true,
    beats: ['reg-searching'],
    ways: [
      {
        confidence: 0.8,
        needs: clues({ ...domain('+CREG', '0', '2', '4'), times: 2 }, { ...domain('+CEREG', '1', '5') }),
        forbids: [never(domain('+CREG', '1', '5'))],
        because: 'AT+CREG? tells that there is no network, AT+CEREG? that there is one.',
      },
      {
        confidence: 0.7,
        needs: clues({ ...domain('+CEREG', '1', '5'), anywhere: true }, domain('+CREG', '0', '2', '4')),
        forbids: [never(domain('+CREG', '1', '5'))],
        because: 'AT+CREG? tells that there is no network, AT+CEREG? that there is one.',
      },
    ],
    do: ['Ask AT+CEREG? on LTE; AT+CREG? is about calls, which many data cards do not have.'],
    ask: ['AT+CEREG?', 'AT+CPSI?'],
    sources: ['botletics/SIM7000-LTE-Shield#50'],
    examples: ['> AT+CREG?\n< +CREG: 0,0\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK\n> AT+CEREG?\n< +CEREG: 0,1\n< OK'],
    nearMisses: ['> AT+CREG?\n< +CREG: 0,2\n< OK\n> AT+CREG?\n< +CREG: 0,1\n< OK\n> AT+CEREG?\n< +CEREG: 0,1\n< OK'],
  }),
  rule({
    id: 'reg-sms-only',
    title: 'The card is registered for short messages only in that domain',
    rung: 'radio',
    severity: 'warning',
    comesAndGoes: true,
    ways: [
      {
        confidence: 0.75,
        needs: clues({ ...registration('6', '7'), times: 2 }),
        because: 'The state is 6 or 7: registered, "SMS only".',
      },
      {
        confidence: 0.65,
        needs: clues(registration('6', '7')),
        because: 'The state is 6 or 7: registered, "SMS only".',
      },
    ],
    do: [
      'Ask AT+CEREG? for data: 1 or 5 there is enough. If it is 6 or 7 too, the tariff has no data: ask the operator, and check the APN.',
    ],
    ask: ['AT+CEREG?', 'AT+CGDCONT?', 'AT+CGPADDR'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#388'],
    examples: ['> AT+CREG?\n< +CREG: 0,6\n< OK\n@+3s\n> AT+CREG?\n< +CREG: 0,6\n< OK'],
    nearMisses: ['> AT+CREG?\n< +CREG: 0,1\n< OK'],
  }),
  rule({
    id: 'reg-searching',
    title: 'The module finds no network that it may use',
    rung: 'radio',
    severity: 'error',
    ways: [
      {
        confidence: 0.6,
        needs: clues({ ...registration('2', '0', '4', '11'), times: 6 }),
        forbids: [never(onNetwork, 'after'), never(radioOff, 'before')],
        because: 'It is asked again and again, and is never registered.',
      },
      {
        confidence: 0.5,
        needs: clues({ ...registration('2', '0', '4', '11'), times: 2 }),
        forbids: [never(onNetwork), never(radioOff, 'before')],
        because: 'It is asked more than once, and is never registered.',
      },
      {
        confidence: 0.5,
        needs: clues(
          anyCommand(cme([30, 31, 32], /no n(?:et)?w(?:ork)? service|network timeout|nw timeout|emergency call/i)),
        ),
        forbids: [never(onNetwork, 'after'), never(radioOff, 'before')],
        because: 'A command is refused for want of a network.',
      },
      {
        confidence: 0.45,
        needs: clues(
          printed(
            /(?:network registration|registration on network|waiting for network).{0,12}(?:fail|time)|not registered|no network/i,
          ),
        ),
        forbids: [never(onNetwork), never(radioOff, 'before')],
        because: 'The host waited for the network in vain.',
      },
    ],
    do: [
      'Wait two minutes at the first start; look at the signal (AT+CSQ) and at the antenna.',
      'Look whether the module has the bands of this operator, and whether the card is active: AT+COPS=? lists what it hears.',
    ],
    ask: ['AT+CSQ', 'AT+CPSI?', 'AT+COPS=?', 'AT+CNMP?'],
    sources: ['Xinyuan-LilyGO/LilyGo-Modem-Series#231'],
    examples: [
      '> AT+CSQ\n< +CSQ: 18,99\n< OK\n> AT+CEREG?\n< +CEREG: 0,2\n< OK\n@+20s\n> AT+CEREG?\n< +CEREG: 0,2\n< OK',
    ],
    nearMisses: ['> AT+CEREG?\n< +CEREG: 0,2\n< OK\n@+20s\n> AT+CEREG?\n< +CEREG: 0,1\n< OK'],
  }),
  rule({
    id: 'weak-signal',
    title: 'The signal is weak',
    rung: 'radio',
    severity: 'note',
    ways: [
      {
        confidence: 0.6,
        needs: clues({ ...signal((rssi) => rssi >= 0 && rssi < 8), times: 2 }),
        forbids: [never(signal((rssi) => rssi >= 12 && rssi < 99))],
        because: 'AT+CSQ tells less than 8, −97 dBm and below, each time.',
      },
    ],
    do: ['A better antenna, or another place for it; data come late and connections are lost with a signal like this.'],
    ask: ['AT+CSQ', 'AT+CPSI?'],
    sources: ['3GPP TS 27.007'],
    examples: ['> AT+CSQ\n< +CSQ: 4,99\n< OK\n@+9s\n> AT+CSQ\n< +CSQ: 5,99\n< OK'],
    nearMisses: ['> AT+CSQ\n< +CSQ: 4,99\n< OK\n@+9s\n> AT+CSQ\n< +CSQ: 22,99\n< OK'],
  }),
]
