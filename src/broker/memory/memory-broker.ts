import type { Connection, ConnectionEvents, Dialer, DialOptions } from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Connect, Message, Packet, Publish, Qos } from '../../mqtt/public.ts'
import { MemoryConnection } from './memory-connection.ts'
import { grantedFor, MemorySession } from './memory-session.ts'

/** A message that a client has published. */
export interface BrokerMessage {
  readonly topic: string
  /** Byte for byte. */
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  readonly clientId: string
  /** The broker has published it for a client that was lost. */
  readonly will: boolean
}

/** How the broker publishes a message of its own. */
export interface BrokerPublishOptions {
  /** 0 where not given. */
  readonly qos?: Qos
  readonly retain?: boolean
}

/** A client that is connected, or whose session is kept. */
interface BrokerClient {
  readonly id: string
  readonly session: MemorySession
  readonly clean: boolean
  readonly will: Message | undefined
}

/**
 * An MQTT 3.1 and 3.1.1 broker behind a dialer, in memory: it answers within the call, by the clock it is given. Whatever
 * host and port is dialled is this broker, and TLS counts as made. Subscriptions with wildcards, sessions, retained
 * messages, wills, keep-alives and QoS 0 to 2 are as the standard has them.
 */
export class MemoryBroker implements Dialer {
  /** For `AT+CMQTTCONNECT`; any other would do. */
  readonly address = 'tcp://broker'
  readonly clock: Clock
  /** All that clients have published, wills too, in order; a QoS 2 message once. */
  readonly received: BrokerMessage[] = []
  readonly #clients = new Map<MemoryConnection, BrokerClient>()
  readonly #sessions = new Map<string, MemorySession>()
  readonly #retained = new Map<string, Message>()
  #anonymous = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** The IDs of clients whose connection the broker takes for open. */
  get connected(): readonly string[] {
    return [...this.#clients.values()].map(({ id }) => id)
  }

  /** Publishes a message to all who have subscribed. A text goes as UTF-8. */
  publish(topic: string, payload: string | Uint8Array, { qos = 0, retain = false }: BrokerPublishOptions = {}): void {
    this.#distribute({ topic: Buffer.from(topic), payload: Buffer.from(payload), qos, retain })
  }

  /** Ends every connection and forgets sessions, retained messages, wills and what was received. */
  fresh(): void {
    const open = [...this.#clients.keys()]
    this.#clients.clear()
    for (const connection of open) connection.end()
    this.#sessions.clear()
    this.#retained.clear()
    this.received.length = 0
  }

  /** Every name has an address: one that is kept for documentation. */
  async lookup(): Promise<readonly string[]> {
    return ['192.0.2.1']
  }

  dial(_options: DialOptions, events: ConnectionEvents): Connection {
    const connection = new MemoryConnection(this, events)
    events.connected()
    return connection
  }

  /** @internal */
  packet(connection: MemoryConnection, packet: Packet): void {
    const client = this.#clients.get(connection)
    if (packet.type === 'connect' && !client) return this.#connect(connection, packet)
    if (!client) return connection.end()
    switch (packet.type) {
      case 'publish':
        return this.#published(connection, client, packet)
      case 'pubrel':
        client.session.incoming.delete(packet.packetId)
        return connection.send({ type: 'pubcomp', packetId: packet.packetId })
      case 'puback':
      case 'pubcomp':
        return client.session.acknowledged(packet.packetId)
      case 'pubrec':
        return client.session.received(packet.packetId)
      case 'subscribe':
        return this.#subscribe(connection, client, packet)
      case 'unsubscribe':
        for (const filter of packet.filters) client.session.filters.delete(textOf(filter))
        return connection.send({ type: 'unsuback', packetId: packet.packetId })
      case 'pingreq':
        return connection.send({ type: 'pingresp' })
      default:
        return connection.end()
    }
  }

  /** @internal */
  over(connection: MemoryConnection, orderly: boolean): void {
    const client = this.#clients.get(connection)
    if (!client) return
    this.#clients.delete(connection)
    client.session.disconnect()
    if (client.clean) this.#sessions.delete(client.id)
    if (client.will && !orderly) this.#take(client.id, client.will, true)
  }

  #connect(connection: MemoryConnection, packet: Connect): void {
    const { clientId, cleanSession, will } = packet
    if (clientId.length === 0 && !cleanSession) {
      connection.send({ type: 'connack', sessionPresent: false, returnCode: 2 })
      return connection.end()
    }
    const id = textOf(clientId) || `anonymous-${++this.#anonymous}`
    for (const [other, client] of this.#clients) if (client.id === id) other.end()
    const kept = cleanSession ? undefined : this.#sessions.get(id)
    const session = kept ?? new MemorySession()
    this.#sessions.set(id, session)
    this.#clients.set(connection, { id, session, clean: cleanSession, will: will && copyOf(will) })
    connection.opened(packet)
    connection.send({ type: 'connack', sessionPresent: kept !== undefined, returnCode: 0 })
    session.connect((packet) => connection.send(packet))
  }

  #published(connection: MemoryConnection, { id, session }: BrokerClient, packet: Publish): void {
    const { qos, packetId } = packet
    const again = qos === 2 && session.incoming.has(packetId)
    if (qos === 2) session.incoming.add(packetId)
    if (qos > 0) connection.send({ type: qos === 1 ? 'puback' : 'pubrec', packetId })
    if (!again) this.#take(id, copyOf(packet), false)
  }

  #subscribe(
    connection: MemoryConnection,
    { session }: BrokerClient,
    { packetId, filters }: Extract<Packet, { type: 'subscribe' }>,
  ): void {
    const asked = new Map(filters.map(({ filter, qos }) => [textOf(filter), qos]))
    for (const [filter, qos] of asked) session.filters.set(filter, qos)
    connection.send({ type: 'suback', packetId, granted: filters.map(({ qos }) => qos) })
    for (const [topic, message] of this.#retained) pass(message, session, grantedFor(topic, asked))
  }

  #take(clientId: string, message: Message, will: boolean): void {
    const { topic, payload, qos, retain } = message
    this.received.push({ topic: textOf(topic), payload: Buffer.from(payload), qos, retain, clientId, will })
    this.#distribute(message)
  }

  #distribute(message: Message): void {
    const topic = textOf(message.topic)
    if (message.retain) this.#retain(topic, message)
    const passed = { ...message, retain: false }
    for (const session of this.#sessions.values()) pass(passed, session, grantedFor(topic, session.filters))
  }

  /** An empty payload takes the retained message away. */
  #retain(topic: string, message: Message): void {
    if (message.payload.length === 0) this.#retained.delete(topic)
    else this.#retained.set(topic, message)
  }
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

function pass(message: Message, session: MemorySession, granted: Qos | undefined): void {
  if (granted !== undefined) session.deliver({ ...message, qos: granted < message.qos ? granted : message.qos })
}

/** What a packet holds is a view on bytes that are used again. */
const copyOf = ({ topic, payload, qos, retain }: Message): Message => ({
  topic: Buffer.from(topic),
  payload: Buffer.from(payload),
  qos,
  retain,
})
