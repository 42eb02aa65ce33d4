import type { Aedes, Client, PublishPacket, Subscription } from 'aedes'
import type { Log } from '../io/runtime/runtime.ts'

/** What a client, and all clients together, may make the broker keep. */
export interface BrokerLimits {
  /** Connections on which nobody has logged in yet, of all ports together; the oldest one ends. */
  readonly connecting: number
  /** The longest packet, bytes. */
  readonly packetBytes: number
  /** Of all retained messages: topics and payloads. */
  readonly retainedBytes: number
  /** Of all messages that wait for sessions that are kept. */
  readonly waitingBytes: number
  readonly waitingOfSession: number
  readonly filtersOfClient: number
  /** Sessions that are kept while nobody is connected. */
  readonly sessions: number
  /** What a client that is connected has not read yet. */
  readonly unreadBytes: number
}

const MiB = 1 << 20
export const brokerLimits: BrokerLimits = {
  connecting: 1000,
  packetBytes: MiB,
  retainedBytes: 32 * MiB,
  waitingBytes: 64 * MiB,
  waitingOfSession: 10_000,
  filtersOfClient: 1000,
  sessions: 1000,
  unreadBytes: 32 * MiB,
}

/** What aedes and its parser have and do not declare. */
interface Inside {
  readonly _parser?: { readonly packet?: { readonly length?: number } }
}

type Message = Pick<PublishPacket, 'topic' | 'payload'>
/** What waits for an acknowledgement: behind PUBREC the release stands in place of its message. */
type Waiting =
  | (Message & { readonly cmd: 'publish'; readonly qos: number; readonly messageId?: number })
  | { readonly cmd: 'pubrel'; readonly messageId: number; brokerId?: string; brokerCounter?: number }
type Session = Pick<Client, 'id' | 'clean'>

/** As far as it is used here. */
interface Persistence {
  outgoingEnqueueCombi(subs: readonly { readonly clientId: string }[], packet: Message): Promise<void>
  outgoingUpdate(client: Session, packet: Waiting): Promise<void>
  outgoingClearMessageId(client: Session, packet: Waiting): Promise<Waiting | undefined>
  outgoingStream(client: Session): AsyncIterable<Waiting>
  addSubscriptions(client: Session, subs: readonly unknown[]): Promise<void>
  cleanSubscriptions(client: Session): Promise<void>
}

/** The length of the packet that is being received, as its header says it. */
export const announcedBytes = (client: Client): number => (client as Inside)._parser?.packet?.length ?? 0

/** aedes keeps in memory whatever clients send: retained messages, sessions, filters. From the limits on it keeps no more, and says so. */
export function boundBroker(aedes: Aedes, log: Log, limits: BrokerLimits): void {
  boundRetained(aedes, log, limits)
  const sessions = boundSessions(aedes, log, limits)
  boundFilters(aedes, log, limits, sessions)
}

/**
 * aedes finds what waits by these fields, which a release has not: it took each release for the first of its session, sent
 * another one's identifier twice, and the message of the first was never released.
 */
function tellApart(release: Extract<Waiting, { cmd: 'pubrel' }>): void {
  release.brokerId = `release ${release.messageId}`
  release.brokerCounter = release.messageId
}

const sizeOf = ({ topic, payload }: Message): number => topic.length + payload.length

function boundRetained(aedes: Aedes, log: Log, { retainedBytes }: BrokerLimits): void {
  const sizes = new Map<string, number>()
  let all = 0
  const authorize = aedes.authorizePublish.bind(aedes)
  aedes.authorizePublish = (client, packet, done) => {
    if (packet.retain) {
      const before = sizes.get(packet.topic) ?? 0
      const size = packet.payload.length === 0 ? 0 : sizeOf(packet)
      if (size > 0 && all - before + size > retainedBytes) {
        packet.retain = false
        log.log(
          'warn',
          `broker: retained messages have ${retainedBytes} bytes; further ones are passed on and not kept`,
        )
      } else {
        all += size - before
        if (size > 0) sizes.set(packet.topic, size)
        else sizes.delete(packet.topic)
      }
    }
    authorize(client, packet, done)
  }
}

/** Messages for clients that keep their sessions, until these acknowledge them. Returns the sessions. */
function boundSessions(aedes: Aedes, log: Log, limits: BrokerLimits): ReadonlySet<string> {
  const { persistence } = aedes as unknown as { readonly persistence: Persistence }
  const sessions = new Set<string>()
  const waiting = new Map<string, number>()
  let all = 0
  const count = (id: string, messages: number, bytes: number): void => {
    const left = (waiting.get(id) ?? 0) + messages
    if (left > 0) waiting.set(id, left)
    else waiting.delete(id)
    all += bytes
  }
  const takes = (id: string, size: number): boolean => {
    const takesMore = (waiting.get(id) ?? 0) < limits.waitingOfSession && all + size <= limits.waitingBytes
    if (takesMore) count(id, 1, size)
    else
      log.log('warn', 'broker: too many messages wait for sessions of clients that are away; further ones are dropped')
    return takesMore
  }
  const enqueueAll = persistence.outgoingEnqueueCombi.bind(persistence)
  persistence.outgoingEnqueueCombi = async (subs, packet) =>
    enqueueAll(
      subs.filter(({ clientId }) => takes(clientId, sizeOf(packet))),
      packet,
    )
  /** Of messages at QoS 2 that are sent, by their clients' packets. */
  const sizes = new Map<string, number>()
  const update = persistence.outgoingUpdate.bind(persistence)
  persistence.outgoingUpdate = async (client, packet) => {
    if (packet.cmd === 'pubrel') tellApart(packet)
    await update(client, packet)
    const key = `${packet.messageId} ${client.id}`
    if (packet.cmd === 'publish') {
      if (packet.qos === 2) sizes.set(key, sizeOf(packet))
      return
    }
    const size = sizes.get(key)
    if (sizes.delete(key)) count(client.id, -1, -size!)
  }
  const clear = persistence.outgoingClearMessageId.bind(persistence)
  persistence.outgoingClearMessageId = async (client, packet) => {
    const cleared = await clear(client, packet)
    if (cleared?.cmd !== 'publish') return cleared
    sizes.delete(`${cleared.messageId} ${client.id}`)
    count(client.id, -1, -sizeOf(cleared))
    return cleared
  }
  const add = persistence.addSubscriptions.bind(persistence)
  persistence.addSubscriptions = async (client, subs) => {
    if (!client.clean) sessions.add(client.id)
    await add(client, subs)
  }
  const clean = persistence.cleanSubscriptions.bind(persistence)
  persistence.cleanSubscriptions = async (client) => {
    sessions.delete(client.id)
    await clean(client)
    // aedes leaves what waits for a session that is over.
    for await (const packet of persistence.outgoingStream(client))
      await persistence.outgoingClearMessageId(client, packet)
  }
  return sessions
}

function boundFilters(aedes: Aedes, log: Log, limits: BrokerLimits, sessions: ReadonlySet<string>): void {
  const authorize = aedes.authorizeSubscribe.bind(aedes)
  const refusal = (client: Client, { topic }: Subscription): string | undefined => {
    const filters = (client as unknown as { readonly subscriptions: object }).subscriptions
    if (topic in filters) return undefined
    if (Object.keys(filters).length >= limits.filtersOfClient) return `a client has ${limits.filtersOfClient} filters`
    const isNew = !client.clean && !sessions.has(client.id)
    return isNew && sessions.size >= limits.sessions ? `${limits.sessions} sessions are kept` : undefined
  }
  aedes.authorizeSubscribe = (client, subscription, done) => {
    const why = client && refusal(client, subscription)
    if (why === undefined || why === null) return authorize(client, subscription, done)
    log.log('warn', `broker: ${why}; a further one is refused`)
    done(null, null)
  }
}
