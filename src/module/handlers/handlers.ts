import type { GeneralCommands } from '../../at/commands/general/general-commands.ts'
import type { MqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import type { SiblingCommands } from '../../at/commands/mqtt/sibling-commands.ts'
import type { TlsCommands } from '../../at/commands/tls/tls-commands.ts'
import { accessoryHandlers } from './accessories.ts'
import { clientHandlers } from './clients.ts'
import { configHandlers } from './config.ts'
import { connectHandlers } from './connect.ts'
import { contextHandlers } from './contexts.ts'
import type { Handlers } from './handler-types.ts'
import { identityHandlers } from './identity.ts'
import { lineHandlers } from './line-settings.ts'
import { lookupHandlers } from './lookups.ts'
import { powerHandlers } from './power.ts'
import { publishHandlers } from './publish.ts'
import { registrationHandlers } from './registration.ts'
import { serviceHandlers } from './service.ts'
import { simHandlers } from './sim.ts'
import { socketHandlers } from './sockets.ts'
import { subscribeHandlers } from './subscribe.ts'
import { tlsHandlers } from './tls.ts'
import { topicInputHandlers } from './topic-input.ts'

/** Every handler, by the keys of the definitions; a missing one does not compile. */
export const handlers: Handlers<MqttCommands & SiblingCommands & TlsCommands & GeneralCommands> = {
  ...serviceHandlers,
  ...clientHandlers,
  ...connectHandlers,
  ...publishHandlers,
  ...subscribeHandlers,
  ...configHandlers,
  ...topicInputHandlers,
  ...tlsHandlers,
  ...lineHandlers,
  ...identityHandlers,
  ...simHandlers,
  ...registrationHandlers,
  ...contextHandlers,
  ...powerHandlers,
  ...socketHandlers,
  ...lookupHandlers,
  ...accessoryHandlers,
}
