import { concat, empty } from '../at/syntax/bytes.ts'
import type { ClientSlot, ModuleState } from '../module/core/state.ts'
import { connectionOf, sessionOf } from '../module/mqtt-service/clients.ts'
import type { Version } from '../mqtt/public.ts'

/** What is known of a connection when an observer first sees bytes of it. */
export interface ConnectionUnderWay {
  readonly version: Version
  /** What its CONNECT says; a peer may send it back. */
  readonly password?: Uint8Array | undefined
  /** What has come of a packet of the server that is not complete. */
  readonly begun: Uint8Array
}

export function connectionUnderWay({ service: { mqtt } }: ModuleState, connection: number): ConnectionUnderWay {
  const clients = mqtt.kind === 'started' ? mqtt.clients : []
  return about(clients.find((client) => connectionOf(client) === connection))
}

/** The slot of the client that has the connection. */
export function slotOf({ service: { mqtt } }: ModuleState, connection: number): number | undefined {
  if (mqtt.kind !== 'started') return undefined
  const slot = mqtt.clients.findIndex((client) => connectionOf(client) === connection)
  return slot < 0 ? undefined : slot
}

function about(client: ClientSlot | undefined): ConnectionUnderWay {
  if (client?.kind !== 'connecting' && client?.kind !== 'connected') return { version: 4, begun: empty }
  const { request } = client.kind === 'connecting' ? client.attempt : client.connection
  const session = sessionOf(client)
  const begun = session && 'parser' in session ? concat([...session.parser.pieces]) : empty
  return { version: session?.limits.version ?? client.acquired.config.version, password: request.password, begun }
}
