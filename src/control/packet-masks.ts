import type { Content } from '../at/commands/content.ts'
import { ContentFinder, type KnownValues } from '../at/syntax/content-finder.ts'
import { PacketMask } from './packet-mask.ts'

type Direction = 'in' | 'out'

/** The MQTT connections of a module, with stars for content that is left out. */
export class PacketMasks {
  readonly #finder: ContentFinder | undefined
  readonly #masks = new Map<number, Readonly<Record<Direction, PacketMask>>>()

  constructor(leftOut: ReadonlySet<Content>, known: KnownValues) {
    this.#finder = leftOut.size > 0 ? new ContentFinder(leftOut, known) : undefined
  }

  /** What can be shown now: packets that are complete; all bytes, if nothing is left out. */
  take(connection: number, direction: Direction, bytes: Uint8Array): Uint8Array {
    if (!this.#finder) return bytes
    const masks = this.#masks.get(connection) ?? { in: new PacketMask(this.#finder), out: new PacketMask(this.#finder) }
    this.#masks.set(connection, masks)
    return masks[direction].take(bytes)
  }

  ended(connection: number): void {
    this.#masks.delete(connection)
  }
}
