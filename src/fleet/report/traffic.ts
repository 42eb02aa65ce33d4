import { type GroupTrafficCounts, type TrafficKind, trafficKinds } from '../metrics/snapshot.ts'
import type { ModuleGroup, PublishAction, Scenario } from '../scenario/scenario.ts'
import type { GroupTraffic } from './report-schema.ts'

/** IPv4 20, TCP 20, time stamps 12; no link layer. */
const segment = 52
/** SYN with its options; SYN ACK has as much. */
const synSegment = 60
/** TLS 1.2 with AES-GCM: 5 of the record, 8 of the nonce, 16 of the tag. */
const tlsRecord = 29
/** Bytes of a full TLS 1.2 handshake with ECDSA P-256 and a chain of two, as OpenSSL 3 counted them; both directions. */
const tlsHandshake = 1286
const tlsWithCertificate = 2218
/** Segments of a handshake, acknowledgements included. */
const tlsSegments = 8
const day = 86_400_000

/** How the bytes are known, for whoever wants to check or change them. */
export const trafficFormulas: readonly string[] = [
  'Bytes above TCP (TLS and its handshake, CONNECT to CONNACK and DISCONNECT, pings, messages with their acknowledgements) are counted on the connections of this run, and divided by how many there were; where the run had none, they are estimated as below.',
  `TCP/IP is estimated. A segment is ${segment} bytes without data (IPv4 20, TCP 20, time stamps 12); SYN and SYN ACK are ${synSegment}. No link layer, no retransmission.`,
  `A connection: SYN, SYN ACK, ACK (${2 * synSegment + segment}), CONNECT and CONNACK each in a segment and one ACK, and at its end two FIN and two ACK (${4 * segment}).`,
  `TLS, where none was counted: ${tlsHandshake} bytes a full handshake, ${tlsWithCertificate} with a certificate of the device (TLS 1.2, ECDSA P-256, a chain of two, counted with OpenSSL 3; RSA and longer chains take more); ${tlsRecord} bytes a record. A handshake has ${tlsSegments} segments.`,
  `A keep-alive: PINGREQ and PINGRESP, 2 bytes each, in two segments and an ACK. A module that publishes more often than its keep-alive sends none.`,
  'A message: PUBLISH (2 bytes, 2 and the topic, 2 of the number with QoS 1 and 2, payload) and its acknowledgements of 4 bytes (1 with QoS 1, 3 with QoS 2), each in a segment, and an ACK.',
  'A day: one connection, the keep-alives and the messages of 24 hours at the rate that the scenario has; what storms cost is one connection for each reconnect.',
]

/** Bytes of a device of each group, both directions; `counted`: on the connections of the run, by group. */
export function trafficOf(
  scenario: Scenario,
  counted: Readonly<Record<string, GroupTrafficCounts>>,
): readonly GroupTraffic[] {
  return scenario.groups.map((group) =>
    groupTraffic(group, publishesOf(scenario, group), tlsOf(scenario, group), counted[group.name]),
  )
}

const tlsOf = ({ broker }: Scenario, { tls }: ModuleGroup) => ({
  on: tls !== null || (broker.kind === 'server' && broker.tls),
  certificate: tls !== null && (tls.cert !== null || tls.authority !== null),
})

const publishesOf = ({ phases }: Scenario, { name }: ModuleGroup): readonly PublishAction[] =>
  phases
    .flatMap(({ actions }) => actions)
    .filter((action) => action.kind === 'publish')
    .filter(({ groups }) => groups.length === 0 || groups.includes(name))

type Tls = ReturnType<typeof tlsOf>

function groupTraffic(
  group: ModuleGroup,
  publishes: readonly PublishAction[],
  tls: Tls,
  counted: GroupTrafficCounts | undefined,
): GroupTraffic {
  const estimated = (bytes: number, segments: number) => bytes + segments * (segment + (tls.on ? tlsRecord : 0))
  const has = (kind: TrafficKind) => counted !== undefined && counted[kind].count > 0
  /** What was counted in place of so many bytes, and the segments. */
  const carried = (kind: TrafficKind, bytes: number, segments: number) =>
    has(kind) ? counted![kind].bytes / counted![kind].count + segments * segment : estimated(bytes, segments)
  const fullHandshake = tls.certificate ? tlsWithCertificate : tlsHandshake
  const handshake = tls.on ? carried('handshake', fullHandshake - tlsSegments * tlsRecord, tlsSegments) : 0
  const opening = 2 * synSegment + segment + 4 * segment
  const connection = opening + handshake + carried('connection', connectBytes(group) + 4, 2) + segment
  const keepAlive = carried('keepAlive', 4, 2) + segment
  const each = publishes.map((publish) => ({
    bytes: carried('message', messageBytes(publish, group), 1 + acknowledgements[publish.qos]) + segment,
    payload: sizeOf(publish),
    count: publish.share * (day / publish.everyMs),
  }))
  const messages = sumOf(each.map(({ count }) => count))
  const keepAlives = keepAlivesOf(group, publishes)
  const messageTotal = sumOf(each.map(({ bytes, count }) => bytes * count))
  return {
    group: group.name,
    modules: group.count,
    tls: tls.on,
    counted: trafficKinds.filter(has),
    bytes: {
      connection: Math.round(connection),
      handshake: Math.round(handshake),
      keepAlive: Math.round(keepAlive),
      message: messages === 0 ? 0 : Math.round(messageTotal / messages),
    },
    day: {
      connections: 1,
      keepAlives,
      messages: Math.round(messages),
      bytes: Math.round(connection + keepAlive * keepAlives + messageTotal),
      payload: Math.round(sumOf(each.map(({ payload, count }) => payload * count))),
    },
  }
}

const acknowledgements = [0, 1, 3] as const

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

function keepAlivesOf({ keepAliveMs }: ModuleGroup, publishes: readonly PublishAction[]): number {
  const often = publishes.some(({ everyMs, share }) => share === 1 && everyMs <= keepAliveMs)
  return keepAliveMs === 0 || often ? 0 : Math.round(day / keepAliveMs)
}

const utf8 = new TextEncoder()
const stringBytes = (text: string): number => 2 + utf8.encode(text).length

function connectBytes({ clientId, username, password, will }: ModuleGroup): number {
  const texts = [clientId, username, password, will?.topic, will?.payload]
  return 2 + 10 + sumOf(texts.map((text) => (text === null || text === undefined ? 0 : stringBytes(text))))
}

const sizeOf = ({ payload, size }: PublishAction): number => (payload === null ? size : utf8.encode(payload).length)

function messageBytes(publish: PublishAction, { clientId }: ModuleGroup): number {
  const topic = publish.topic.replace('{client}', clientId)
  const content = stringBytes(topic) + (publish.qos > 0 ? 2 : 0) + sizeOf(publish)
  return 1 + lengthBytes(content) + content + 4 * acknowledgements[publish.qos]
}

const lengthBytes = (length: number): number => (length < 128 ? 1 : length < 16_384 ? 2 : 3)
