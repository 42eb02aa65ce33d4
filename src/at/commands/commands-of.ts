import type { Command } from './command.ts'
import { generalCommands } from './general-commands.ts'
import { mqttCommands } from './mqtt-commands.ts'
import type { Profile } from './profile.ts'
import { siblingCommands } from './sibling-commands.ts'
import { tlsCommands } from './tls-commands.ts'

/** Every command, in the order of the reference, as a profile has it; some it lacks (`absent`). */
export function commandsOf({ mqtt, tls, general }: Profile): Readonly<Record<string, Command>> {
  return {
    ...mqttCommands(mqtt),
    ...(mqtt.hasTopicInput && siblingCommands(mqtt)),
    ...tlsCommands(tls),
    ...generalCommands(general),
  }
}
