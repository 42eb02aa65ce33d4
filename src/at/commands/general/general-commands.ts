import { contextCommands } from './context-commands.ts'
import type { GeneralDialect } from './general-dialect.ts'
import { identityCommands } from './identity-commands.ts'
import { lineCommands } from './line-commands.ts'
import { powerCommands } from './power-commands.ts'
import { registrationCommands } from './registration-commands.ts'
import { simCommands } from './sim-commands.ts'
import { socketCommands } from './socket-commands.ts'

/** The commands around MQTT that hosts send before it, for one dialect. */
export const generalCommands = (dialect: GeneralDialect) => ({
  ...lineCommands(dialect),
  ...identityCommands(dialect),
  ...simCommands,
  ...registrationCommands(dialect),
  ...contextCommands(dialect),
  ...powerCommands(dialect),
  ...socketCommands(dialect),
})

export type GeneralCommands = ReturnType<typeof generalCommands>
