import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import type { Packet } from './packet.ts'
import {
  emptyParser,
  emptyStore,
  encode,
  open,
  type Parser,
  parse,
  publish,
  receive,
  type Session,
  type SessionStep,
  type StartedStep,
  store,
} from './public.ts'
import { message, options, sentBytes } from './testing.ts'

/** A server with a lasting session, straight from the specification: it owes the client `outbox`. */
interface Server {
  delivered: string[]
  known: number[]
  outbox: { packetId: number; payload: string; qos: 1 | 2; released: boolean }[]
}

const resend = ({ packetId, payload, qos, released }: Server['outbox'][number]): Packet =>
  released ? { type: 'pubrel', packetId } : { type: 'publish', ...message(qos, 't', payload), dup: true, packetId }

const answer = (server: Server, packet: Packet): Packet[] => {
  switch (packet.type) {
    case 'connect':
      return [{ type: 'connack', sessionPresent: true, returnCode: 0 }, ...server.outbox.map(resend)]
    case 'publish': {
      const { packetId, payload, qos } = packet
      if (!server.known.includes(packetId)) server.delivered.push(String.fromCharCode(...payload))
      if (qos === 2) server.known = [...new Set([...server.known, packetId])]
      return [{ type: qos === 2 ? 'pubrec' : 'puback', packetId }]
    }
    case 'pubrel':
      server.known = server.known.filter((id) => id !== packet.packetId)
      return [{ type: 'pubcomp', packetId: packet.packetId }]
    case 'pubrec':
      for (const entry of server.outbox) if (entry.packetId === packet.packetId) entry.released = true
      return [{ type: 'pubrel', packetId: packet.packetId }]
    case 'puback':
    case 'pubcomp':
      server.outbox = server.outbox.filter(({ packetId }) => packetId !== packet.packetId)
      return []
    default:
      throw new Error(`The client sent ${packet.type}`)
  }
}

interface Line {
  up: number
  down: number
  /** Messages that the client publishes once it is accepted. */
  messages: number
}

interface World {
  readonly server: Server
  /** Payloads, `<name>-<qos>`: what the client received, and what it published. */
  readonly inbox: string[]
  readonly published: string[]
}

const publishOne = (world: World, session: Session, qos: 1 | 2): StartedStep => {
  const payload = `c${world.published.length}-${qos}`
  world.published.push(payload)
  return publish(session, message(qos, 't', payload), { dup: false, deadline: 1e6 }, 0)
}

const onServer = (server: Server, parser: Parser, bytes: Uint8Array): { parser: Parser; replies: Uint8Array } => {
  const parsed = parse(parser, bytes, options)
  return {
    parser: parsed.parser,
    replies: concat(parsed.packets.flatMap((packet) => answer(server, packet)).map(encode)),
  }
}

/** One connection, on which only so many bytes pass each way; gives the client's session at its end. */
const connect = (world: World, first: SessionStep, line: Line): Session => {
  let { session } = first
  let parser = emptyParser
  let { up, down } = line
  const toServer = [sentBytes(first)]
  for (let bytes = toServer.shift(); bytes; bytes = toServer.shift()) {
    const there = onServer(world.server, parser, bytes.subarray(0, up))
    parser = there.parser
    up = Math.max(0, up - bytes.length)
    const step = receive(session, there.replies.subarray(0, down), 0)
    down = Math.max(0, down - there.replies.length)
    session = step.session
    for (const event of step.events) if (event.type === 'message') world.inbox.push(string(event.message.payload))
    if (sentBytes(step).length > 0) toServer.push(sentBytes(step))
    for (let i = 0; step.events.some(({ type }) => type === 'accepted') && i < line.messages; i++) {
      const started = publishOne(world, session, i % 2 === 0 ? 2 : 1)
      session = started.session
      toServer.push(sentBytes(started))
    }
  }
  return session
}

const string = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const unique = (values: readonly string[]): string[] => [...new Set(values)]
const qos2 = (payloads: readonly string[]): string[] => payloads.filter((payload) => payload.endsWith('-2'))

const bytes = fc.integer({ min: 0, max: 120 })
const lines = fc.array(fc.record({ up: bytes, down: bytes, messages: fc.nat(4) }), { maxLength: 12 })
const qoses = fc.array(fc.constantFrom<1 | 2>(1, 2), { maxLength: 8 })

test('whatever breaks: QoS 2 arrives once, QoS 1 at least once, both ways, in order', () => {
  fc.assert(
    fc.property(lines, qoses, (lines, qoses) => {
      const outbox = qoses.map((qos, i) => ({ packetId: i + 1, payload: `s${i}-${qos}`, qos, released: false }))
      const world: World = { server: { delivered: [], known: [], outbox }, inbox: [], published: [] }
      let stored = emptyStore
      for (const line of [...lines, { up: 1e6, down: 1e6, messages: 2 }]) {
        stored = store(connect(world, open(options, stored, 0), line))
      }
      const { server, inbox, published } = world
      expect(stored).toMatchObject({ outgoing: [], incoming: [] })
      expect(server).toMatchObject({ outbox: [], known: [] })
      expect(unique(server.delivered)).toEqual(published)
      expect(unique(inbox)).toEqual(qoses.map((qos, i) => `s${i}-${qos}`))
      for (const arrived of [inbox, server.delivered]) expect(qos2(arrived)).toEqual(unique(qos2(arrived)))
    }),
    { numRuns: 2000 },
  )
})
