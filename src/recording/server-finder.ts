import { mqttCommands } from '../at/commands/mqtt/mqtt-commands.ts'
import { defaultProfile } from '../at/profiles/profiles.ts'
import type { Secret } from './secrets.ts'

const { acquire, connect } = mqttCommands(defaultProfile.mqtt)
/** `AT+…=0,"id",1`: the client, and whether it speaks TLS. */
const acquiring = new RegExp(`\\${acquire.name} *= *([01]) *, *(?:"[^"]*"|[^",;]*)(?: *, *([01]))?`, 'gi')
/** The client, and the address behind `tcp://`. */
const connecting = new RegExp(`\\${connect.name} *= *([01]) *, *"?tcp://([\\w.:[\\]-]+)(?=[",;\\s]|$)`, 'gi')
const address = /tcp:\/\/([\w.:[\]-]+)(?=[",;\s]|$)/g

/** A server that a host connects to, with the hole that a player fills with the address of its own. */
export interface NamedServer {
  readonly hole: 'broker' | 'brokerTls'
  readonly address: string
}

/**
 * Finds the addresses of servers in a session. The first one without TLS is `{broker}`, the first one with it is
 * `{brokerTls}`; any other stays as it is.
 */
export class ServerFinder {
  readonly #holes = new Map<string, NamedServer['hole']>()
  readonly #speaksTls = { 0: false, 1: false }

  /** A command line of the host. Returns a server that has got its hole now. */
  said(line: string): NamedServer | undefined {
    for (const [, index, serverType] of line.matchAll(acquiring))
      this.#speaksTls[index as '0' | '1'] = serverType === '1'
    for (const [, index, server] of line.matchAll(connecting)) {
      const hole = this.#speaksTls[index as '0' | '1'] ? 'brokerTls' : 'broker'
      if (this.#holes.has(server!) || [...this.#holes.values()].includes(hole)) continue
      this.#holes.set(server!, hole)
      return { hole, address: server! }
    }
    return undefined
  }

  /** The places of servers that have a hole. */
  find(text: string): readonly Secret[] {
    if (this.#holes.size === 0) return []
    return [...text.matchAll(address)].flatMap(({ index, 0: whole, 1: server }) => {
      const name = this.#holes.get(server!)
      const to = index + whole.length
      return name === undefined ? [] : [{ from: to - server!.length, to, name }]
    })
  }
}
