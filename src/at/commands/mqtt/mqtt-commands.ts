import { clientCommands } from './client-commands.ts'
import { configCommands } from './config-commands.ts'
import { connectCommands } from './connect-commands.ts'
import type { MqttDialect } from './mqtt-dialect.ts'
import { publishCommands } from './publish-commands.ts'
import { subscribeCommands } from './subscribe-commands.ts'

/** The fifteen commands of §2.2, for one dialect. */
export const mqttCommands = (dialect: MqttDialect) => ({
  ...clientCommands(dialect),
  ...connectCommands(dialect),
  ...publishCommands(dialect),
  ...subscribeCommands(dialect),
  ...configCommands(dialect),
})

export type MqttCommands = ReturnType<typeof mqttCommands>
