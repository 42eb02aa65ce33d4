import { bytesOf } from '../at/syntax/bytes.ts'
import type { Module } from '../module/public.ts'
import { ConnectMask } from './connect-mask.ts'
import { type ConnectionUnderWay, connectionUnderWay } from './connection-under-way.ts'
import type { Direction } from './events.ts'
import { LineRedactors } from './line-redactors.ts'
import { PacketKeys } from './packet-keys.ts'

/** Takes what goes over a module, as bytes without its secrets. */
export interface ByteListener {
  line(name: string, direction: Direction, bytes: Uint8Array): void
  mqtt(connection: number, direction: Direction, bytes: Uint8Array): void
  /** Not `told`: it stays half-open for the server. */
  ended(connection: number, told: boolean): void
}

/**
 * Watches the bytes of a module's lines and connections. On a line a secret is `***` and comes when its line is complete;
 * the password of CONNECT and private keys in packets are as many stars as they have bytes. The returned function ends it.
 */
export function watchBytes(module: Module, listener: ByteListener): () => void {
  const lines = new LineRedactors(module.state())
  const masks = new Map<number, ConnectionMask>()
  return module.observe({
    line(name, direction, bytes, spans) {
      const shown = lines.take(name, direction, bytes, spans)
      if (shown !== '') listener.line(name, direction, bytesOf(shown))
    },
    connection(connection, direction, bytes) {
      const mask = masks.get(connection) ?? new ConnectionMask(connectionUnderWay(module.state(), connection))
      masks.set(connection, mask)
      const shown = mask.take(direction, bytes)
      if (shown.length > 0) listener.mqtt(connection, direction, shown)
    },
    ended(connection, told) {
      masks.delete(connection)
      listener.ended(connection, told)
    },
    host: (name) => lines.forget(name),
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
