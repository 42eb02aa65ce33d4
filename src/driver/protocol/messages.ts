import { concat } from '../../at/syntax/bytes.ts'
import { messageLinePrefix, receiveLimits, urcs } from '../../at/urcs.ts'
import type { ChatEvents } from './answer.ts'

interface Draft {
  readonly topicLength: number
  readonly payloadLength: number
  readonly topic: Uint8Array[]
  readonly payload: Uint8Array[]
  topicGot: number
  payloadGot: number
}

/** Bytes of one part that are taken off the line although they are not delivered. */
export const longestReadOver = 65_536

const messageLine = new RegExp(`^(\\${messageLinePrefix}[A-Z]+): ?(\\d{1,10})(?:,(\\d{1,10}))?(?:,(\\d{1,10}))?$`)

type Part = 'topic' | 'payload'

/** Puts messages together from RXSTART … RXEND (§4.2), one a client index at a time. What does not add up is not delivered. */
export class Messages {
  readonly #events: Pick<ChatEvents, 'message' | 'damaged'>
  /** By client index; made for the first message. */
  #drafts: Map<number, Draft> | undefined
  /** Whose body comes; no draft: it is read over. */
  #open: { readonly clientIndex: number; readonly part: Part } | undefined

  constructor(events: Pick<ChatEvents, 'message' | 'damaged'>) {
    this.#events = events
  }

  /** Bytes of messages that have begun and not ended. */
  get buffered(): number {
    let bytes = 0
    for (const { topicGot, payloadGot } of this.#drafts?.values() ?? []) bytes += topicGot + payloadGot
    return bytes
  }

  /** The number of bytes that follow a line of a message; undefined: it is none. */
  line(text: string): number | undefined {
    if (!text.startsWith(messageLinePrefix)) return undefined
    const [, name, ...fields] = messageLine.exec(text) ?? []
    const [clientIndex = -1, first, second] = fields.filter((field) => field !== undefined).map(Number)
    if (name === urcs.receiveStart.name) return this.#start(clientIndex, first, second)
    if (name === urcs.receiveTopic.name) return this.#part(clientIndex, 'topic', first)
    if (name === urcs.receivePayload.name) return this.#part(clientIndex, 'payload', first)
    if (name === urcs.receiveEnd.name) return this.#end(clientIndex)
    return this.#damage(undefined, 'a line of a message is malformed')
  }

  body(bytes: Uint8Array): void {
    const open = this.#open
    this.#open = undefined
    const draft = open && this.#drafts?.get(open.clientIndex)
    if (!open || !draft) return
    draft[open.part].push(bytes)
    if (open.part === 'topic') draft.topicGot += bytes.length
    else draft.payloadGot += bytes.length
  }

  /** A body does not end where it should: the message is dropped. */
  broken(): void {
    this.#open = undefined
    const indices = [...(this.#drafts?.keys() ?? [])]
    this.#drafts = undefined
    for (const clientIndex of indices) this.#events.damaged(clientIndex, 'bytes of it are missing or surplus')
    if (indices.length === 0) this.#events.damaged(undefined, 'bytes of it are missing or surplus')
  }

  #start(clientIndex: number, topicLength?: number, payloadLength?: number): number {
    if (this.#drafts?.delete(clientIndex)) this.#events.damaged(clientIndex, 'its end is missing')
    if (clientIndex !== 0 && clientIndex !== 1) return this.#damage(undefined, 'its client index is none')
    const fits = isWithin(topicLength, receiveLimits.topic) && isWithin(payloadLength, receiveLimits.payload)
    if (!fits) return this.#damage(clientIndex, 'its lengths are over the limits')
    const [topic, payload]: Uint8Array[][] = [[], []]
    this.#drafts ??= new Map()
    this.#drafts.set(clientIndex, {
      topicLength,
      payloadLength,
      topic: topic!,
      payload: payload!,
      topicGot: 0,
      payloadGot: 0,
    })
    return 0
  }

  #part(clientIndex: number, part: Part, length?: number): number {
    if (!isWithin(length, longestReadOver)) return this.#damage(clientIndex, 'a part is over the limits')
    const draft = this.#drafts?.get(clientIndex)
    const room =
      draft && (part === 'topic' ? draft.topicLength - draft.topicGot : draft.payloadLength - draft.payloadGot)
    // The bytes of a part that is not delivered come all the same: they are skipped, never read as lines.
    if (room === undefined) this.#damage(undefined, 'its beginning is missing')
    else if (length > room) this.#damage(clientIndex, 'its parts are longer than announced')
    if (length > 0) this.#open = { clientIndex, part }
    return length
  }

  #end(clientIndex: number): number {
    const draft = this.#drafts?.get(clientIndex)
    if (!draft) return this.#damage(undefined, 'its beginning is missing')
    const whole = draft.topicGot === draft.topicLength && draft.payloadGot === draft.payloadLength
    if (!whole) return this.#damage(clientIndex, 'its parts are shorter than announced')
    this.#drafts?.delete(clientIndex)
    this.#events.message({ clientIndex, topic: concat(draft.topic), payload: concat(draft.payload) })
    return 0
  }

  #damage(clientIndex: number | undefined, reason: string): 0 {
    if (clientIndex !== undefined) this.#drafts?.delete(clientIndex)
    this.#events.damaged(clientIndex, reason)
    return 0
  }
}

const isWithin = (length: number | undefined, limit: number): length is number =>
  length !== undefined && length <= limit
