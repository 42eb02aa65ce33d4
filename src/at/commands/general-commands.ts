import { contextCommands } from './general/context-commands.ts'
import type { GeneralDialect } from './general/dialect.ts'
import { identityCommands } from './general/identity-commands.ts'
import { lineCommands } from './general/line-commands.ts'
import { powerCommands } from './general/power-commands.ts'
import { registrationCommands } from './general/registration-commands.ts'
import { simCommands } from './general/sim-commands.ts'
import { socketCommands } from './general/socket-commands.ts'

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
