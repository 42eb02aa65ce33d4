import * as v from 'valibot'
import type { Broker } from '../../broker/embedded-broker.ts'
import { type OperationContext, operations } from '../../control/public.ts'
import type { Faults } from '../../faults/public.ts'
import type { ByteStream } from '../../io/stream.ts'
import { memoryLine } from '../../io/transports/memory.ts'
import { ConsoleRefusal } from './served.ts'
import type { ConsoleTimeline } from './timeline.ts'

type Request = Readonly<Record<string, unknown>>

/** What is streamed or is in the rows anyway. */
const notHere: ReadonlySet<string> = new Set(['events', 'state', 'explain'])

const typed = v.strictObject({
  op: v.literal('type'),
  text: v.pipe(v.string(), v.maxLength(16_384)),
  end: v.optional(v.picklist(['cr', 'none']), 'cr'),
})
const published = v.strictObject({
  op: v.literal('publish'),
  topic: v.pipe(v.string(), v.minLength(1), v.regex(/^[^#+\0]*$/)),
  payload: v.string(),
  qos: v.optional(v.picklist([0, 1, 2]), 0),
  retain: v.optional(v.boolean(), false),
})

export interface Driven extends Omit<OperationContext, 'streamEvents' | 'faults'> {
  readonly faults: Faults
  readonly broker: Broker | undefined
  readonly timeline: ConsoleTimeline
}

/** What a page with the drive token may do to a module. */
export class Actions {
  readonly #driven: Driven
  #line: ByteStream | undefined

  constructor(driven: Driven) {
    this.#driven = driven
  }

  readonly act = (request: Request): object | Promise<object> => {
    if (request.op === 'type') return this.#type(request)
    if (request.op === 'publish') return this.#publish(request)
    if (request.op === 'retained') return this.#retained()
    return this.#operate(request)
  }

  #operate({ op, ...fields }: Request): object {
    const name = String(op)
    const known = Object.hasOwn(operations, name) && !notHere.has(name) ? operations[name] : undefined
    if (!known) throw new ConsoleRefusal(`The console has no operation "${name.slice(0, 40)}".`)
    const { ok: _, ...reply } = allowed(known.perform({ ...this.#driven, streamEvents() {} }, fields))
    return reply
  }

  #type(request: Request): object {
    const parsed = v.safeParse(typed, request)
    if (!parsed.success)
      throw new ConsoleRefusal('"type" takes a text of at most 16384 characters, and "end": "cr" or "none".')
    const { text, end } = parsed.output
    const bytes = end === 'cr' ? new TextEncoder().encode(`${text}\r`) : new TextEncoder().encode(text)
    this.#line ??= this.#openLine()
    this.#line.write(bytes)
    return {}
  }

  /** A line of its own, from the first command on: what hosts of other lines do is not disturbed. */
  #openLine(): ByteStream {
    const line = memoryLine('console')
    this.#driven.faults.attach(line.accepted, 'console')
    const end = line.dial()
    end.start({ data() {} })
    return end
  }

  async #publish(request: Request): Promise<object> {
    const parsed = v.safeParse(published, request)
    if (!parsed.success)
      throw new ConsoleRefusal(
        '"publish" takes a topic without + and #, a payload, "qos" 0 to 2 and "retain" true or false.',
      )
    const { topic, payload, qos, retain } = parsed.output
    const broker = this.#broker()
    const what = retain ? 'a retained message was published' : 'a message was published'
    this.#driven.timeline.add({ kind: 'act', op: 'publish', text: `${what} from the broker`, data: { qos, retain } })
    await broker.publish({ topic, payload: new TextEncoder().encode(payload), qos, retain })
    return {}
  }

  async #retained(): Promise<object> {
    const messages = await this.#broker().retained()
    const topics = messages.slice(0, 500).map(({ topic, payload, qos }) => ({ topic, bytes: payload.length, qos }))
    return { topics, more: messages.length - topics.length }
  }

  #broker(): Broker {
    const { broker } = this.#driven
    if (!broker) throw new ConsoleRefusal('There is no embedded broker to publish from: start the module with one.')
    return broker
  }
}

function allowed<R extends { readonly ok: boolean; readonly error?: unknown }>(reply: R): R {
  if (!reply.ok) throw new ConsoleRefusal(String(reply.error))
  return reply
}
