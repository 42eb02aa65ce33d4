import { z } from 'zod'
import { packetType } from './mqtt-bytes.ts'

/** What `@peer` can tell a peer; the table in `docs/reference/transcripts.md` is made of the same. */
const hex = z.string().regex(/^([0-9a-f]{2} ?)+$/i, 'hex digits, two a byte')
const pattern = z
  .string()
  .regex(/^(([0-9a-f]{2}|\.\.) ?)+\*?$/i, 'hex digits, two a byte, ".." for any byte, "*" for the rest')
const instead = z.enum(['silent', 'close', 'reset'])
type PacketName = keyof typeof packetType
const names = Object.keys(packetType) as [PacketName, ...PacketName[]]

export const orders = {
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

export type OrderName = keyof typeof orders
export type Order<N extends OrderName> = z.infer<(typeof orders)[N]>

/** Reads the parameters of an order; throws one sentence. */
export function readOrder<N extends OrderName>(name: N, parameters: unknown): Order<N> {
  const read = orders[name].safeParse(parameters)
  if (read.success) return read.data as Order<N>
  const [issue] = read.error.issues
  const where = issue?.path.length ? ` at "${issue.path.join('.')}"` : ''
  throw new Error(`@peer ${name}${where}: ${issue?.message}.`)
}

export const isOrder = (name: string): name is OrderName => Object.hasOwn(orders, name)
