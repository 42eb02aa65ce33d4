import type { Profile } from '../profiles/profile.ts'
import type { Command } from './command.ts'
import { generalCommands } from './general/general-commands.ts'
import { mqttCommands } from './mqtt/mqtt-commands.ts'
import { siblingCommands } from './mqtt/sibling-commands.ts'
import { tlsCommands } from './tls/tls-commands.ts'

/** Every command, in the order of the reference, as a profile has it; some it lacks (`absent`). */
export function commandsOf({ mqtt, tls, general }: Profile): Readonly<Record<string, Command>> {
  return {
    ...mqttCommands(mqtt),
    ...(mqtt.hasTopicInput && siblingCommands(mqtt)),
    ...tlsCommands(tls),
    ...generalCommands(general),
  }
}
