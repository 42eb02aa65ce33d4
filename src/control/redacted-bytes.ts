import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { LineRedactor } from '../at/syntax/redact.ts'
import type { Module } from '../module/public.ts'
import { ConnectMask } from './connect-mask.ts'
import type { Direction } from './events.ts'

/** Takes what goes over a module, as bytes without its secrets. */
export interface ByteListener {
  line(name: string, direction: Direction, bytes: Uint8Array): void
  mqtt(connection: number, direction: Direction, bytes: Uint8Array): void
  /** Not `told`: it stays half-open for the server. */
  ended(connection: number, told: boolean): void
}

/**
 * Watches the bytes of a module's lines and connections. On a line a secret is `***` and comes when its line is complete;
 * the password of CONNECT is as many stars as it has bytes. The returned function ends it.
 */
export function watchBytes(module: Module, listener: ByteListener): () => void {
  const lines = new Map<string, Readonly<Record<Direction, LineRedactor>>>()
  const masks = new Map<number, ConnectMask>()
  return module.observe({
    line(name, direction, bytes) {
      const redactors = lines.get(name) ?? { in: new LineRedactor('in'), out: new LineRedactor('out') }
      lines.set(name, redactors)
      const shown = redactors[direction].take(textOf(bytes))
      if (shown !== '') listener.line(name, direction, bytesOf(shown))
    },
    connection(connection, direction, bytes) {
      const mask = masks.get(connection) ?? new ConnectMask()
      masks.set(connection, mask)
      const shown = mask[direction](bytes)
      if (shown.length > 0) listener.mqtt(connection, direction, shown)
    },
    ended(connection, told) {
      masks.delete(connection)
      listener.ended(connection, told)
    },
    host: (name) => void lines.delete(name),
  })
}
