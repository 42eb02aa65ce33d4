import { defaultProfile, mqttCommands, profiles } from '../../at/public.ts'
import type { Exchange, ResultFact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { sent } from './clues.ts'

/** Names of the commands that are `ERROR` before START (§2.2.1), from their definitions. */
export const needsService: ReadonlySet<string> = new Set(
  Object.values(mqttCommands(defaultProfile.mqtt)).flatMap((command) => ('needs' in command ? [command.name] : [])),
)

/** What the log tells about a client before a fact. */
export const clientBefore = (fact: Exchange | ResultFact) => {
  const index = 'args' in fact ? Number(fact.args[0]) : (fact.client ?? 0)
  return fact.believed?.clients[index === 1 ? 1 : 0]
}

const withholdsOk = ({ family }: FactView): boolean =>
  family === undefined || profiles[family.profile ?? '']?.mqtt.connectFailure === 'withheld'

/**
 * A CONNECT without any answer, of a family that answers it when it has succeeded or failed, and nothing else meanwhile; or
 * of a family that is not known.
 */
export const hangingConnect = sent(
  '+CMQTTCONNECT',
  (fact, view) =>
    fact.form === 'write' &&
    fact.ending === 'none' &&
    !fact.heard &&
    !fact.last &&
    withholdsOk(view) &&
    view.all('exchange').findLast(({ at }) => at < fact.at)?.ending === 'ok',
)
