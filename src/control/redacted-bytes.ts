import type { Content } from '../at/commands/content.ts'
import { bytesOf } from '../at/syntax/bytes.ts'
import type { KnownValues } from '../at/syntax/content-finder.ts'
import type { Module } from '../module/public.ts'
import { ConnectMask } from './connect-mask.ts'
import type { Direction } from './events.ts'
import { LineViews } from './line-views.ts'
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
 * the password of CONNECT, and content that is left out, is as many stars as it has bytes. The returned function ends it.
 */
export function watchBytes(module: Module, listener: ByteListener, leftOut: readonly Content[] = []): () => void {
  const kinds = new Set(leftOut)
  const known: KnownValues = new Map()
  const lines = new LineViews(kinds, known)
  const packets = new PacketMasks(kinds, known)
  const masks = new Map<number, ConnectMask>()
  const tell = (name: string, direction: Direction, shown: string): void => {
    if (shown !== '') listener.line(name, direction, bytesOf(shown))
  }
  return module.observe({
    line: (name, direction, bytes, data) => tell(name, direction, lines.take(name, direction, bytes, data)),
    connection(connection, direction, bytes) {
      const mask = masks.get(connection) ?? new ConnectMask()
      masks.set(connection, mask)
      const shown = mask[direction](packets.take(connection, direction, bytes))
      if (shown.length > 0) listener.mqtt(connection, direction, shown)
    },
    ended(connection, told) {
      masks.delete(connection)
      packets.ended(connection)
      listener.ended(connection, told)
    },
    host(name) {
      const rest = lines.host(name)
      for (const direction of ['in', 'out'] as const) tell(name, direction, rest[direction])
    },
  })
}
