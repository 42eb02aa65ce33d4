import { sentBy, stagedBy } from '../at/commands/packets-of.ts'
import type { CarriedPacket } from '../control/public.ts'
import { callsOf } from '../explain/session/command-text.ts'
import { Waiting } from './waiting.ts'

/** A command that was typed on a line and is not answered yet. */
export interface AwaitedCommand {
  readonly chain: number
  /** `+CMQTTPUB` */
  readonly name: string
  readonly client: number | undefined
  /** It sends a packet, and its result comes behind the answer. */
  readonly defers: boolean
}

const outgoing: ReadonlySet<string> = new Set(['publish', 'subscribe', 'unsubscribe'])
const lastOfExchange: ReadonlySet<string> = new Set(['puback', 'pubcomp', 'suback', 'unsuback'])
/** Whose identifier the module has chosen; the others answer what the server has sent. */
const answersModule: Readonly<Record<'in' | 'out', ReadonlySet<string>>> = {
  in: new Set(['puback', 'pubrec', 'pubcomp', 'suback', 'unsuback']),
  out: new Set(['pubrel']),
}

/**
 * Finds what belongs together: a command with what it has staged before, its prompt and data, the packet that it sends,
 * what acknowledges that, and its result; a message of the server with its acknowledgement and its URC.
 */
export class Chains {
  #last = 0
  readonly #lines = new Map<string, AwaitedCommand>()
  /** By line: the message whose URC goes on. */
  readonly #messages = new Map<string, number>()
  readonly #staged = new Map<string, number>()
  readonly #packets = new Waiting()
  readonly #results = new Waiting()
  /** Messages of the server that have no URC yet. */
  readonly #incoming = new Waiting()
  /** By connection and packet identifier, and who has chosen it. */
  readonly #byId = new Map<string, number>()
  readonly #connections = new Map<string, number>()
  readonly #slots = new Map<number, number>()
  readonly #known = new Set<string>()

  next(): number {
    return ++this.#last
  }

  /** A command line. */
  command(line: string, text: string): AwaitedCommand {
    this.#known.add(line)
    const calls = callsOf(text)
    const call = calls.findLast(({ name }) => sentBy.has(name) || stagedBy.has(name)) ?? calls.at(-1)!
    const writes = call.form === 'write' || call.form === 'execute'
    const client = /^[01]$/.test(call.args[0] ?? '') ? Number(call.args[0]) : undefined
    const chain = writes ? this.#chainOf(call.name, client) : this.next()
    const open = { chain, name: call.name, client, defers: writes && sentBy.has(call.name) }
    this.#lines.set(line, open)
    return open
  }

  #chainOf(name: string, client: number | undefined): number {
    const sends = sentBy.get(name)
    const key = `${client} ${stagedBy.get(name) ?? sends ?? name}`
    const chain = this.#staged.get(key) ?? this.next()
    if (stagedBy.has(name)) this.#staged.set(key, chain)
    else this.#staged.delete(key)
    if (sends) this.#packets.add(`${client} ${sends}`, chain)
    this.#results.add(resultKey(name, client), chain)
    return chain
  }

  /** The command on the line that has no final result yet. */
  open(line: string): AwaitedCommand | undefined {
    return this.#lines.get(line)
  }

  /** The command of the line has its final result. Not `ok`: nothing follows from it. */
  answered(line: string, ok: boolean): void {
    const open = this.#lines.get(line)
    this.#lines.delete(line)
    if (ok || !open) return
    this.#packets.drop(open.chain)
    this.#results.drop(open.chain)
  }

  /** A result that comes behind the answer: `+CMQTTPUB: 0,0`; under a wrong name it is that of what the client waits for. */
  result(name: string, client: number | undefined): number | undefined {
    const own = this.#results.take(resultKey(name, client))
    return own ?? (client === undefined ? undefined : this.#results.takeAny(`${client} `))
  }

  /** A received message begins on a line. */
  messageBegins(line: string, client: number): number {
    const chain = this.#incoming.take(`${line} ${client}`) ?? this.next()
    this.#messages.set(line, chain)
    return chain
  }

  /** The message that is being reported on the line. */
  message(line: string): number | undefined {
    return this.#messages.get(line)
  }

  messageEnds(line: string): void {
    this.#messages.delete(line)
  }

  /** Nobody is on the line any more. */
  left(line: string): void {
    this.#lines.delete(line)
    this.#messages.delete(line)
    this.#known.delete(line)
  }

  /** Whose connection it is, as far as its CONNECT tells; of what nobody else tells it. */
  slotOf(connection: number, packet: CarriedPacket['packet']): number | undefined {
    const connects = ([0, 1] as const).find((client) => this.#packets.has(`${client} connect`))
    if (packet?.type === 'connect' && connects !== undefined) this.#slots.set(connection, connects)
    return this.#slots.get(connection)
  }

  packet({ connection, client, direction, packet }: Omit<CarriedPacket, 'bytes'>): number | undefined {
    if (!packet) return undefined
    const { type } = packet
    const id = 'packetId' in packet ? packet.packetId : undefined
    if (type === 'publish' && direction === 'in') return this.#received(connection, client, id)
    if (outgoing.has(type) && direction === 'out') return this.#sent(connection, client, type, id)
    if (id === undefined) return this.#ofConnection(connection, client, type)
    const by = answersModule[direction].has(type) ? 'module' : 'server'
    const key = `${connection} ${by} ${id}`
    const chain = this.#byId.get(key)
    if (lastOfExchange.has(type)) this.#byId.delete(key)
    return chain
  }

  #received(connection: number, client: number | undefined, id: number | undefined): number {
    const key = `${connection} server ${id}`
    const known = id === undefined ? undefined : this.#byId.get(key)
    if (known !== undefined) return known
    const chain = this.next()
    if (id !== undefined) this.#byId.set(key, chain)
    for (const line of this.#known) this.#incoming.add(`${line} ${client}`, chain)
    return chain
  }

  #sent(connection: number, client: number | undefined, type: string, id: number | undefined): number | undefined {
    const key = `${connection} module ${id}`
    const chain = (id === undefined ? undefined : this.#byId.get(key)) ?? this.#packets.take(`${client} ${type}`)
    if (id !== undefined && chain !== undefined) this.#byId.set(key, chain)
    return chain
  }

  /** Packets without an identifier. */
  #ofConnection(connection: number, client: number | undefined, type: string): number | undefined {
    const key = `${connection} ${type.startsWith('ping') ? 'ping' : 'connect'}`
    if (type === 'connack' || type === 'pingresp') return this.#connections.get(key)
    const chain = type === 'pingreq' ? this.next() : this.#packets.take(`${client} ${type}`)
    if (chain !== undefined) this.#connections.set(key, chain)
    return chain
  }
}

const resultKey = (name: string, client: number | undefined): string => (sentBy.has(name) ? `${client} ${name}` : name)
