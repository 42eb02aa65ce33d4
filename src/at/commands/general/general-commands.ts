import { callCommands } from './call-commands.ts'
import { contextCommands } from './context-commands.ts'
import type { GeneralDialect } from './general-dialect.ts'
import { identityCommands } from './identity-commands.ts'
import { lineCommands } from './line-commands.ts'
import { lookupCommands } from './lookup-commands.ts'
import { messageCommands } from './message-commands.ts'
import { positionCommands } from './position-commands.ts'
import { powerCommands } from './power-commands.ts'
import { registrationCommands } from './registration-commands.ts'
import { simCommands } from './sim-commands.ts'
import { socketCommands } from './socket-commands.ts'
import { supplyCommands } from './supply-commands.ts'

/** The commands around MQTT that hosts send before it, for one dialect. */
export const generalCommands = (dialect: GeneralDialect) => ({
  ...lineCommands(dialect),
  ...identityCommands(dialect),
  ...simCommands,
  ...registrationCommands(dialect),
  ...contextCommands(dialect),
  ...powerCommands(dialect),
  ...socketCommands(dialect),
  ...lookupCommands,
  ...positionCommands(dialect),
  ...messageCommands,
  ...supplyCommands,
  ...callCommands,
})

export type GeneralCommands = ReturnType<typeof generalCommands>
