import { mqttErrors } from '../../at/errors.ts'
import type { InjectedDefect } from '../../module/public.ts'
import { type Fault, type FaultGroup, fault } from '../fault.ts'
import { choiceParam, optionalWholeParam, wholeParam } from '../params.ts'
import type { ReportRow } from './field-reports.ts'

const client = optionalWholeParam(0, 1, 'client index; none: both')
/** Commands that carry a code in their reply. */
const coded = [
  'START',
  'STOP',
  'ACCQ',
  'REL',
  'WILLTOPIC',
  'WILLMSG',
  'CONNECT',
  'DISC',
  'TOPIC',
  'PAYLOAD',
  'PUB',
  'SUB',
  'UNSUB',
  'CFG',
] as const

/** Defects of the module itself. */
export const moduleFaults = [
  defectFault('ok-lost', 'response', [21], 'OK is not printed; what else belongs to the response is.', {
    kind: 'okLost',
  }),
  defectFault('echo-lost', 'response', [21], 'What is typed is not echoed, although ATE1.', { kind: 'echoLost' }),
  defectFault(
    'prompt-lost',
    'response',
    [11],
    'Commands that take data print no prompt; they wait for it all the same.',
    {
      kind: 'promptLost',
    },
  ),
  defectFault(
    'prompt-stuck',
    'response',
    [11],
    'Prompts swallow everything and do not end before the fault does; then: ERROR.',
    {
      kind: 'promptStuck',
    },
  ),
  defectFault(
    'urc-before-ok',
    'response',
    [14],
    'URCs and results wait for nothing: they come before OK and behind open prompts.',
    {
      kind: 'unheld',
    },
  ),
  fault({
    name: 'client-busy',
    title: 'A client counts as busy: its TOPIC, PAYLOAD, PUB, SUB, UNSUB, WILLTOPIC and WILLMSG are refused with 14.',
    group: 'module',
    reports: [5],
    params: { client: wholeParam(0, 1, 0, 'client index') },
    lasts: 'until',
    start({ injectDefect }, { client }) {
      injectDefect({ kind: 'busy', clientIndex: client as 0 | 1 })
    },
  }),
  fault({
    name: 'error-code',
    title: 'One MQTT command fails with a given <err>; nothing is done for it.',
    group: 'module',
    reports: [1],
    params: {
      command: choiceParam(coded, 'PUB', 'name without +CMQTT'),
      code: wholeParam(1, mqttErrors.length - 1, 1, '`<err>`'),
      client,
      as: choiceParam(
        ['refusal', 'result'],
        'refusal',
        '`refusal`: the code and ERROR; `result`: OK, then the code, where a command has such a result',
      ),
    },
    lasts: 'until',
    start({ injectDefect }, { command, code, client, as }) {
      const of = client === undefined ? {} : { clientIndex: client as 0 | 1 }
      injectDefect({ kind: 'failing', command: `+CMQTT${command}`, code, as, ...of })
    },
  }),
]

/** A fault that is one injected defect of the module. */
function defectFault(
  name: string,
  group: FaultGroup,
  reports: readonly ReportRow[],
  title: string,
  defect: InjectedDefect,
): Fault {
  const start: Fault['start'] = ({ injectDefect }) => injectDefect(defect)
  return fault({ name, title, group, reports, params: {}, lasts: 'until', start })
}
