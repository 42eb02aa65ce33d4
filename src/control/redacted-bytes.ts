import type { Content } from '../at/commands/content.ts'
import { bytesOf } from '../at/syntax/bytes.ts'
import type { KnownValues } from '../at/syntax/content-finder.ts'
import type { Module } from '../module/public.ts'
import { ConnectMask } from './connect-mask.ts'
import { type ConnectionUnderWay, connectionUnderWay } from './connection-under-way.ts'
import type { Direction } from './events.ts'
import { LineViews } from './line-views.ts'
import { PacketKeys } from './packet-keys.ts'
import { PacketMasks } from './packet-masks.ts'

/** Takes what goes over a module, as bytes without its secrets. */
export interface ByteListener {
  line(name: string, direction: Direction, bytes: Uint8Array): void
  mqtt(connection: number, direction: Direction, bytes: Uint8Array): void
  /** Not `told`: it stays half-open for the server. */
  ended(connection: number, told: boolean): void
}

/**
 * Watches the bytes of a module's lines and connections. On a line a secret is `***` and comes when its line is complete;
 * the password of CONNECT, private keys in packets and content that is left out are as many stars as they have bytes. The
 * returned function ends it.
 */
export function watchBytes(module: Module, listener: ByteListener, leftOut: readonly Content[] = []): () => void {
  const kinds = new Set(leftOut)
  const known: KnownValues = new Map()
  const lines = new LineViews(module.state(), kinds, known)
  const packets = new PacketMasks(kinds, known)
  const masks = new Map<number, ConnectionMask>()
  const tell = (name: string, direction: Direction, shown: string): void => {
    if (shown !== '') listener.line(name, direction, bytesOf(shown))
  }
  return module.observe({
    line: (name, direction, bytes, spans) => tell(name, direction, lines.take(name, direction, bytes, spans)),
    connection(connection, direction, bytes) {
      const mask = masks.get(connection) ?? new ConnectionMask(connectionUnderWay(module.state(), connection))
      masks.set(connection, mask)
      const shown = mask.take(direction, packets.take(connection, direction, bytes))
      if (shown.length > 0) listener.mqtt(connection, direction, shown)
    },
    ended(connection, told) {
      masks.delete(connection)
      packets.ended(connection)
      listener.ended(connection, told)
    },
    host(name) {
      const rest = lines.forget(name)
      for (const direction of ['in', 'out'] as const) tell(name, direction, rest[direction])
    },
  })
}

/** What is hidden of a connection. */
class ConnectionMask {
  readonly #password: ConnectMask
  readonly #keys = { in: new PacketKeys(), out: new PacketKeys() }

  constructor({ password, begun }: ConnectionUnderWay) {
    this.#password = new ConnectMask(password)
    this.#keys.in.take(begun)
  }

  take(direction: Direction, bytes: Uint8Array): Uint8Array {
    return this.#password[direction](this.#keys[direction].take(bytes))
  }
}
