import { isFinalResult } from '../at/profiles/replies.ts'
import { isKnownUrc, messageLinePrefix, nameOf, urcs } from '../at/urcs.ts'
import type { CarriedPacket, CarriedPart } from '../control/public.ts'
import { resultNames } from '../explain/session/names.ts'
import { beginningOf } from './beginning.ts'
import { type AwaitedCommand, Chains } from './chains.ts'
import { LineCutter, type LinePiece } from './line-cutter.ts'
import { type AtRow, type MqttRow, maxRowBytes } from './protocol.ts'

type Direction = 'in' | 'out'
/** A row that has neither its number nor its time. */
export type NewRow<R> = Omit<R, 'seq' | 't'>
interface About extends Pick<AtRow, 'line' | 'part' | 'defers'> {
  readonly client: number | undefined
  readonly chain: number | undefined
}
/** Takes a row; `whole`: all its bytes, where it has only their beginning. */
export type GiveRow = (row: NewRow<AtRow> | NewRow<MqttRow>, whole?: string) => void

const promptOnly = /^(?:\r?\n)*> ?(?:\r?\n)?$/
/** A command or URC of MQTT, whose first value is the client. */
const ofClient = /^\+CMQTT\w+: ([01])\b/

/** Makes rows of what goes over lines and connections, each with the chain that it belongs to. */
export class RowMaker {
  readonly chains = new Chains()
  readonly #give: GiveRow
  readonly #lines = new Map<string, Readonly<Record<Direction, LineCutter>>>()

  constructor(give: GiveRow) {
    this.#give = give
  }

  /** Bytes of a line, cut anywhere. */
  line(line: string, direction: Direction, part: CarriedPart, text: string, ends: boolean): void {
    this.#cutters(line)[direction].take(part, text, ends)
  }

  /** The host of the line has gone, or a log has ended. */
  left(line: string): void {
    const cutters = this.#lines.get(line)
    cutters?.in.flush()
    cutters?.out.flush()
    this.#lines.delete(line)
    this.chains.left(line)
  }

  packet(carried: CarriedPacket): void {
    const { connection, direction, bytes, packet } = carried
    const client = carried.client ?? this.chains.slotOf(connection, packet)
    const chain = this.chains.packet({ ...carried, client })
    const short = bytes.length <= maxRowBytes
    const row = {
      kind: `mqtt-${direction}`,
      connection,
      ...(client !== undefined && { client }),
      ...(chain !== undefined && { chain }),
      ...cut(bytes),
      ...(packet && { packet: short ? packet : (beginningOf(packet) as typeof packet) }),
    } as const
    this.#give(row, short ? undefined : bytes)
  }

  #cutters(line: string): Readonly<Record<Direction, LineCutter>> {
    const known = this.#lines.get(line)
    if (known) return known
    const cutters = {
      in: new LineCutter((piece) => this.#tell('in', piece.text, this.#typed(line, piece))),
      out: new LineCutter((piece) => this.#tell('out', piece.text, this.#said(line, piece))),
    }
    this.#lines.set(line, cutters)
    return cutters
  }

  #tell(direction: Direction, text: string, { client, chain, ...about }: About): void {
    const row = {
      kind: `at-${direction}`,
      ...about,
      ...(client !== undefined && { client }),
      ...(chain !== undefined && { chain }),
      ...cut(text),
    } as const
    this.#give(row, text.length > maxRowBytes ? text : undefined)
  }

  #typed(line: string, { part, text }: LinePiece): About {
    if (part === 'data') return whole(line, 'data', this.chains.open(line))
    const command = this.chains.command(line, text)
    return { ...whole(line, 'command', command), ...(command.defers && { defers: true }) }
  }

  #said(line: string, { part, text }: LinePiece): About {
    if (part === 'received') return { line, part: 'data', chain: this.chains.message(line), client: undefined }
    const open = this.chains.open(line)
    if (part !== 'said') return whole(line, 'echo', open)
    if (promptOnly.test(text)) return whole(line, 'prompt', open)
    return this.#saidLine(line, text.trim(), open)
  }

  #saidLine(line: string, text: string, open: AwaitedCommand | undefined): About {
    const name = nameOf(text)
    const client = clientIn(text)
    if (name?.startsWith(messageLinePrefix) || name === urcs.receive.name)
      return { line, part: 'urc', client, chain: this.#message(line, name, client ?? 0) }
    if (isFinalResult(text)) return this.#final(line, text, open)
    if (name !== undefined && resultNames.has(name) && open?.name !== name)
      return { line, part: 'result', client, chain: this.chains.result(name, client) }
    if (open && (name === open.name || !isKnownUrc(text))) return whole(line, 'information', open)
    return { line, part: 'urc', client, chain: undefined }
  }

  #final(line: string, text: string, open: AwaitedCommand | undefined): About {
    this.chains.answered(line, text === 'OK')
    return whole(line, 'final', open)
  }

  #message(line: string, name: string, client: number): number | undefined {
    const begins = name === urcs.receiveStart.name || name === urcs.receive.name
    const chain = begins ? this.chains.messageBegins(line, client) : this.chains.message(line)
    if (name === urcs.receiveEnd.name || name === urcs.receive.name) this.chains.messageEnds(line)
    return chain
  }
}

function clientIn(text: string): number | undefined {
  const found = ofClient.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

const whole = (line: string, part: AtRow['part'], open: AwaitedCommand | undefined): About => ({
  line,
  part,
  client: open?.client,
  chain: open?.chain,
})

const cut = (bytes: string): { readonly bytes: string; readonly length?: number } =>
  bytes.length <= maxRowBytes ? { bytes } : { bytes: bytes.slice(0, maxRowBytes), length: bytes.length }
