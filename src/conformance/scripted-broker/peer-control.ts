import { z } from 'zod'
import type { Clock } from '../../io/runtime/runtime.ts'
import { PeerDifference } from '../../transcript/player/peer-difference.ts'
import type { BytePeer, ReceivedPacket } from './byte-peer.ts'
import { packetType, writePublish } from './mqtt-bytes.ts'

const hex = z.string().regex(/^([0-9a-f]{2} ?)+$/i, 'hex digits, two a byte')
const pattern = z
  .string()
  .regex(/^(([0-9a-f]{2}|\.\.) ?)+\*?$/i, 'hex digits, two a byte, ".." for any byte, "*" for the rest')
const instead = z.enum(['silent', 'close', 'reset'])
type PacketName = keyof typeof packetType
const names = Object.keys(packetType) as [PacketName, ...PacketName[]]

/** What `@peer` can tell a peer; `docs/reference/transcripts.md` lists the same. */
const orders = {
  answer: z.strictObject({
    connack: z.union([z.int().min(0).max(255), instead, z.strictObject({ hex })]).optional(),
    publishes: z.boolean().optional(),
    ackFirst: z.boolean().optional(),
    suback: z.union([z.int().min(0).max(255), z.literal(false)]).optional(),
    pings: z.boolean().optional(),
  }),
  close: z.strictObject({}),
  reset: z.strictObject({}),
  send: z.strictObject({ hex }),
  message: z.strictObject({
    topic: z.string().optional(),
    topicBytes: z.int().min(1).max(65_535).optional(),
    payload: z.string().optional(),
    payloadBytes: z.int().min(0).max(100_000).optional(),
    qos: z.int().min(0).max(2).optional(),
  }),
  got: z.strictObject({ type: z.enum(names), hex: pattern.optional() }),
  none: z.strictObject({ type: z.enum(names) }),
} as const

type OrderName = keyof typeof orders
type Order<N extends OrderName> = z.infer<(typeof orders)[N]>

/** Reads the parameters of an order; throws one sentence. */
function readOrder<N extends OrderName>(name: N, parameters: unknown): Order<N> {
  const read = orders[name].safeParse(parameters)
  if (read.success) return read.data as Order<N>
  const [issue] = read.error.issues
  const where = issue?.path.length ? ` at "${issue.path.join('.')}"` : ''
  throw new Error(`@peer ${name}${where}: ${issue?.message}.`)
}

const isOrder = (name: string): name is OrderName => Object.hasOwn(orders, name)

/** How long `@peer got` waits for a packet. */
const limitMs = 10_000

/** Does what `@peer` says. */
export class PeerControl {
  readonly #peer: BytePeer
  readonly #clock: Clock
  /** Index of the first packet that `got` has not consumed. */
  #seen = 0

  constructor(peer: BytePeer, clock: Clock) {
    this.#peer = peer
    this.#clock = clock
  }

  /** Forgets everything: connections, packets, and what it was told. */
  startAfresh(): void {
    this.#peer.startAfresh()
    this.#seen = 0
  }

  /** Rejects with a `PeerDifference`, or with an error for an unknown order. */
  async tell(name: string, parameters: unknown): Promise<void> {
    if (!isOrder(name)) throw new Error(`@peer ${name}: a peer does ${Object.keys(orders).join(', ')}.`)
    await this.#do[name](readOrder(name, parameters) as never)
  }

  readonly #do: { readonly [N in OrderName]: (order: Order<N>) => void | Promise<void> } = {
    answer: ({ connack, publishes, suback, pings, ackFirst }) =>
      this.#peer.behave({
        ...(connack !== undefined && { connack: typeof connack === 'object' ? bytesOfHex(connack.hex) : connack }),
        ...(publishes !== undefined && { ackPublishes: publishes }),
        ...(ackFirst !== undefined && { ackFirst }),
        ...(suback !== undefined && { suback }),
        ...(pings !== undefined && { answerPings: pings }),
      }),
    close: () => this.#peer.close(),
    reset: () => this.#peer.reset(),
    send: ({ hex }) => this.#peer.send(bytesOfHex(hex)),
    message: (order) => this.#peer.send(messageOf(order)),
    got: (order) => this.#got(order),
    none: ({ type }) => this.#none(type),
  }

  async #got({ type, hex }: Order<'got'>): Promise<void> {
    const packet = await this.#next(packetType[type])
    const expected = hex ?? type.toUpperCase()
    if (!packet) throw new PeerDifference(expected, '', `no ${type.toUpperCase()} came to the server`)
    if (hex !== undefined && !fits(hex, packet.raw)) throw new PeerDifference(expected, hexOf(packet.raw))
  }

  #none(type: Order<'none'>['type']): void {
    const packet = this.#peer.packets.find((one) => one.type === packetType[type])
    if (packet) throw new PeerDifference(`no ${type.toUpperCase()}`, hexOf(packet.raw))
  }

  /** The next packet of a type that `got` has not consumed; undefined when none comes in time. */
  async #next(type: number): Promise<ReceivedPacket | undefined> {
    const end = this.#clock.now() + limitMs
    for (;;) {
      const index = this.#peer.packets.findIndex((packet, i) => i >= this.#seen && packet.type === type)
      if (index >= 0) {
        this.#seen = index + 1
        return this.#peer.packets[index]
      }
      if (this.#clock.now() >= end || !(await this.#more(end - this.#clock.now()))) return undefined
    }
  }

  /** False when no packet comes in time. */
  #more(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => resolve(false))
      this.#peer.onPacket(() => {
        cancel()
        resolve(true)
      })
    })
  }
}

const bytesOfHex = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

const hexOf = (bytes: Buffer): string => bytes.toString('hex').replace(/..(?=.)/g, '$& ')

function fits(hex: string, raw: Buffer): boolean {
  const expression = hex.toLowerCase().replaceAll(' ', '').replace(/\*$/, '.*')
  return new RegExp(`^${expression}$`).test(raw.toString('hex'))
}

function messageOf({ topic = 't', topicBytes, payload = '', payloadBytes, qos = 0 }: Order<'message'>): Buffer {
  const long = (text: string, bytes: number | undefined): Buffer =>
    bytes === undefined ? Buffer.from(text) : Buffer.alloc(bytes, text || 'x')
  return writePublish({ topic: long(topic, topicBytes), payload: long(payload, payloadBytes), qos, packetId: 1 })
}
