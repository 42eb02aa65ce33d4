import { defaultProfile, mqttCommands } from '../../at/public.ts'
import type { Exchange, ResultFact } from '../facts/fact.ts'

/** Names of the commands that are `ERROR` before START (§2.2.1), from their definitions. */
export const needsService: ReadonlySet<string> = new Set(
  Object.values(mqttCommands(defaultProfile.mqtt)).flatMap((command) => ('needs' in command ? [command.name] : [])),
)

/** What the log tells about a client before a fact. */
export const clientBefore = (fact: Exchange | ResultFact) => {
  const index = 'args' in fact ? Number(fact.args[0]) : (fact.client ?? 0)
  return fact.believed?.clients[index === 1 ? 1 : 0]
}
