import { anyCommand, clues, cme, never, printed, result } from '../matching/clues.ts'
import { anySignal, domain, onNetwork, radioOff, registration } from '../matching/registration-clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'
export const registrationRules: readonly CauseRule[] = [
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
        confidence: 0.6,
        needs: clues(result('+CMQTTSTART', [7])),
        forbids: [never(result('+CMQTTSTART', [0]), 'after')],
        because: 'START fails with 7: there is no mobile network.',
      },
      {
        confidence: 0.4,
        needs: clues({ ...anySignal, anywhere: true }, registration('0', '2')),
        forbids: [never(onNetwork), never(radioOff, 'before')],
        because: 'There is a signal, and the module is not registered.',
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
]
