import type { Message, Packet, Publish, Qos } from '../../mqtt/public.ts'
import { fitsFilter } from './topic-filter.ts'

/** A message of QoS 1 or 2 on its way to a client; `released`: PUBREC has come. */
interface Flight {
  readonly message: Message
  released: boolean
}

/** What the broker keeps of one client: filters, messages that are not acknowledged, IDs of QoS 2 that came. */
export class MemorySession {
  /** By filter, the QoS that was granted. */
  readonly filters = new Map<string, Qos>()
  /** Of QoS 2 messages that have come and are not released: they are not taken twice. */
  readonly incoming = new Set<number>()
  readonly #flights = new Map<number, Flight>()
  #lastId = 0
  #send: ((packet: Packet) => void) | undefined

  /** The client is there: what is not acknowledged is sent again. */
  connect(send: (packet: Packet) => void): void {
    this.#send = send
    for (const [packetId, { message, released }] of this.#flights)
      send(released ? { type: 'pubrel', packetId } : publishOf(message, packetId, true))
  }

  disconnect(): void {
    this.#send = undefined
  }

  /** Sends a message, or keeps it until the client is back; QoS 0 is not kept. */
  deliver(message: Message): void {
    if (message.qos === 0) return this.#send?.(publishOf(message, 0, false))
    do this.#lastId = (this.#lastId % 65_535) + 1
    while (this.#flights.has(this.#lastId))
    this.#flights.set(this.#lastId, { message, released: false })
    this.#send?.(publishOf(message, this.#lastId, false))
  }

  /** PUBACK or PUBCOMP. */
  acknowledged(packetId: number): void {
    this.#flights.delete(packetId)
  }

  /** PUBREC. */
  received(packetId: number): void {
    const flight = this.#flights.get(packetId)
    if (flight) flight.released = true
    this.#send?.({ type: 'pubrel', packetId })
  }
}

/** The highest QoS of the filters that a topic fits; undefined: it fits none. */
export function grantedFor(topic: string, filters: ReadonlyMap<string, Qos>): Qos | undefined {
  let most: Qos | undefined
  for (const [filter, qos] of filters) if ((most === undefined || qos > most) && fitsFilter(topic, filter)) most = qos
  return most
}

const publishOf = (message: Message, packetId: number, dup: boolean): Publish => ({
  type: 'publish',
  ...message,
  packetId,
  dup,
})
