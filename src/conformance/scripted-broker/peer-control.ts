import * as v from 'valibot'
import { isJsonObject } from '../../at/syntax/foreign-json.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import { PeerDifference } from '../../transcript/player/peer-difference.ts'
import type { BytePeer, ReceivedPacket } from './byte-peer.ts'
import { packetType, writePublish } from './mqtt-bytes.ts'
import { packetHex, withoutPassword } from './packet-hex.ts'

const hex = v.pipe(v.string(), v.regex(/^([0-9a-f]{2} ?)+$/i, 'hex digits, two a byte'))
const pattern = v.pipe(
  v.string(),
  v.regex(/^(([0-9a-f]{2}|\.\.) ?)+\*?$/i, 'hex digits, two a byte, ".." for any byte, "*" for the rest'),
)
const instead = v.picklist(['silent', 'close', 'reset'])
const whole = (min: number, max: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max))
const flag = v.optional(v.boolean())
const type = v.picklist(Object.keys(packetType) as (keyof typeof packetType)[])

const order = <F extends v.ObjectEntries>(fields: F) =>
  v.pipe(v.custom<object>(isJsonObject, 'it must be a JSON object'), v.strictObject(fields))

/** What `@peer` can tell a peer; `docs/reference/transcripts.md` lists the same. */
const orders = {
  answer: order({
    connack: v.optional(v.union([whole(0, 255), instead, v.strictObject({ hex })])),
    publishes: flag,
    ackFirst: flag,
    suback: v.optional(v.union([whole(0, 255), v.literal(false)])),
    pings: flag,
  }),
  close: order({}),
  reset: order({}),
  send: order({ hex }),
  message: order({
    topic: v.optional(v.string()),
    topicBytes: v.optional(whole(1, 65_535)),
    payload: v.optional(v.string()),
    payloadBytes: v.optional(whole(0, 100_000)),
    qos: v.optional(whole(0, 2)),
  }),
  got: order({ type, hex: v.optional(pattern) }),
  none: order({ type }),
} as const

type OrderName = keyof typeof orders
type Order<N extends OrderName> = v.InferOutput<(typeof orders)[N]>

/** Reads the parameters of an order; throws one sentence. */
function readOrder<N extends OrderName>(name: N, parameters: unknown): Order<N> {
  const read = v.safeParse(orders[name], parameters)
  if (read.success) return read.output as Order<N>
  const [issue] = read.issues
  const where = v.getDotPath(issue)
  if (issue.expected === 'never') throw new Error(`@peer ${name}: "${where}" is unknown here.`)
  throw new Error(`@peer ${name}${where ? ` at "${where}"` : ''}: ${issue.message}.`)
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
    const expected = hex === undefined ? type.toUpperCase() : withoutPassword(hex)
    if (!packet) throw new PeerDifference(expected, '', `no ${type.toUpperCase()} came to the server`)
    if (hex !== undefined && !fits(hex, packet.raw)) throw new PeerDifference(expected, packetHex(packet.raw))
  }

  #none(type: Order<'none'>['type']): void {
    const packet = this.#peer.packets.find((one) => one.type === packetType[type])
    if (packet) throw new PeerDifference(`no ${type.toUpperCase()}`, packetHex(packet.raw))
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

function fits(hex: string, raw: Buffer): boolean {
  const expression = hex.toLowerCase().replaceAll(' ', '').replace(/\*$/, '.*')
  return new RegExp(`^${expression}$`).test(raw.toString('hex'))
}

function messageOf({ topic = 't', topicBytes, payload = '', payloadBytes, qos = 0 }: Order<'message'>): Buffer {
  const long = (text: string, bytes: number | undefined): Buffer =>
    bytes === undefined ? Buffer.from(text) : Buffer.alloc(bytes, text || 'x')
  return writePublish({ topic: long(topic, topicBytes), payload: long(payload, payloadBytes), qos, packetId: 1 })
}
