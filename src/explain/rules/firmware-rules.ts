import type { FactView } from '../facts/fact-view.ts'
import { anyCommand, clues, never, refused, result, wasRefused } from '../matching/clues.ts'
import { onNetwork } from '../matching/registration-clues.ts'
import { type CauseRule, rule } from '../matching/rule.ts'

const hasRevision = (view: FactView, revision: RegExp): boolean => revision.test(view.family?.revision ?? '')

/** Builds that are known for a defect, each with what shows it. */
export const firmwareRules: readonly CauseRule[] = [
  rule({
    id: 'firmware',
    title: 'This build of the firmware is known for this defect',
    rung: 'pdp',
    severity: 'error',
    beats: ['no-address', 'bare-error', 'apn-refused'],
    ways: [
      {
        confidence: 0.75,
        needs: clues(
          onNetwork,
          refused('+NETOPEN', (_, view) => hasRevision(view, /LE20B05SIM7600/)),
        ),
        forbids: [never(result('+NETOPEN', [0]))],
        because:
          'NETOPEN is refused although the module is registered, on LE20B05 of the SIM7600, for which others report the same; LE20B04 works for them.',
      },
      {
        confidence: 0.55,
        needs: clues(
          anyCommand(
            (fact, view) => wasRefused(fact) && fact.name === '+CMQTTSTART' && hasRevision(view, /^V1\.9\.0[01]/),
          ),
        ),
        forbids: [never(result('+CMQTTSTART', [0]))],
        because:
          'START is refused on a build of the SIM7670G (V1.9.01) for which others report that neither MQTT nor HTTP starts.',
      },
    ],
    do: [
      'Ask the maker of the board for a build that works on this very hardware; another hardware’s build can make the module unusable.',
    ],
    ask: ['AT+CGMR', 'AT+SIMCOMATI'],
    sources: [
      'Xinyuan-LilyGO/LilyGo-Modem-Series#471',
      'Xinyuan-LilyGO/LilyGo-Modem-Series#447',
      'Xinyuan-LilyGO/LilyGo-Modem-Series#125',
    ],
    examples: [
      '> AT+SIMCOMATI\n< Manufacturer: SIMCOM INCORPORATED\n< Model: SIMCOM_SIM7600G-H\n< Revision: LE20B05SIM7600G22\n< OK\n> AT+CGREG?\n< +CGREG: 0,1\n< OK\n> AT+NETOPEN\n< ERROR',
    ],
    nearMisses: [
      '> AT+SIMCOMATI\n< Manufacturer: SIMCOM INCORPORATED\n< Model: SIMCOM_SIM7600G-H\n< Revision: LE20B04SIM7600G22\n< OK\n> AT+CGREG?\n< +CGREG: 0,1\n< OK\n> AT+NETOPEN\n< ERROR',
    ],
  }),
]
