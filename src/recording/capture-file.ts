import { concat } from '../at/syntax/bytes.ts'
import { OutputFile, unreadPipe } from '../io/output-file.ts'
import { errorCode, errorText, SetupError, type SetupErrorCode } from '../io/setup-error.ts'
import { interfaceBlock, linkTypes, longestPacket, packetBlock, sectionHeader } from './pcapng.ts'
import { type IpPacket, TcpConversation } from './tcp-conversation.ts'

/** `in`: into the module. */
type Direction = 'in' | 'out'

export interface CaptureOptions {
  readonly path: string
  /** What writes it: name and version. */
  readonly application: string
  /** The date of a time 0, ms since 1970. */
  readonly epochMs: number
  /** Called once when the file can't be written any more; nothing is written after that. */
  readonly onFailure: (reason: string) => void
}

/** A pcapng file of AT lines and MQTT connections. Each packet is written as it happens. */
export interface Capture {
  /** Bytes of an AT line; `ms`: on the clock that `epochMs` belongs to. */
  line(name: string, direction: Direction, bytes: Uint8Array, ms: number): void
  /** Bytes of an MQTT connection, in the clear also where they went over TLS. */
  mqtt(connection: number, direction: Direction, bytes: Uint8Array, ms: number): void
  /** A connection has ended. Not `told`: the server got no end. */
  ended(connection: number, told: boolean, ms: number): void
  close(): void
}

/** Opens the file, which is replaced. Throws a `SetupError`. */
export function openCapture({ path, application, epochMs, onFailure }: CaptureOptions): Capture {
  const file = open(path)
  const close = (): void => file.close()
  const write = (bytes: Uint8Array): void => {
    try {
      file.write(bytes)
    } catch (error) {
      close()
      onFailure(errorText(error))
    }
  }
  write(sectionHeader(application))
  return new PcapngCapture(write, epochMs, close)
}

/** The same in memory; `bytes` is the whole file so far. */
export function captureInMemory(application: string, epochMs: number): Capture & { bytes(): Uint8Array } {
  const blocks = [sectionHeader(application)]
  const capture = new PcapngCapture(
    (block) => void blocks.push(block),
    epochMs,
    () => {},
  )
  return Object.assign(capture, { bytes: () => concat(blocks) })
}

class PcapngCapture implements Capture {
  readonly #write: (bytes: Uint8Array) => void
  readonly #epochMs: number
  readonly close: () => void
  readonly #interfaces = new Map<string, number>()
  readonly #conversations = new Map<number, TcpConversation>()

  constructor(write: (bytes: Uint8Array) => void, epochMs: number, close: () => void) {
    this.#write = write
    this.#epochMs = epochMs
    this.close = close
  }

  line(name: string, direction: Direction, bytes: Uint8Array, ms: number): void {
    const number = this.#interface(`at ${name}`, linkTypes.user0, 'an AT line: bytes as they were written')
    const packet = { interface: number, epochMs: this.#epochMs + ms, direction }
    for (let at = 0; at < bytes.length; at += longestPacket)
      this.#write(packetBlock({ ...packet, bytes: bytes.subarray(at, at + longestPacket) }))
  }

  mqtt(connection: number, direction: Direction, bytes: Uint8Array, ms: number): void {
    const known = this.#conversations.get(connection)
    const conversation = known ?? new TcpConversation(connection)
    this.#conversations.set(connection, conversation)
    if (!known) this.#ip(conversation.open(), ms)
    this.#ip(conversation.data(direction === 'out' ? 'module' : 'server', bytes), ms)
  }

  ended(connection: number, told: boolean, ms: number): void {
    const conversation = this.#conversations.get(connection)
    this.#conversations.delete(connection)
    if (conversation && told) this.#ip(conversation.close(), ms)
  }

  #ip(packets: readonly IpPacket[], ms: number): void {
    const number = this.#interface('mqtt', linkTypes.raw, 'MQTT as TCP; addresses and ports are made up')
    for (const { from, bytes } of packets)
      this.#write(
        packetBlock({
          interface: number,
          epochMs: this.#epochMs + ms,
          direction: from === 'module' ? 'out' : 'in',
          bytes,
        }),
      )
  }

  #interface(name: string, linkType: number, description: string): number {
    const known = this.#interfaces.get(name)
    if (known !== undefined) return known
    const number = this.#interfaces.size
    this.#interfaces.set(name, number)
    this.#write(interfaceBlock(linkType, name, description))
    return number
  }
}

function open(path: string): OutputFile {
  try {
    return new OutputFile(path, { append: false, permissions: 0o600 })
  } catch (error) {
    const [code, advice] = refusals[errorCode(error) ?? ''] ?? ['invalid', `give another file (${errorText(error)})`]
    throw new SetupError(code, `The capture ${path} can't be written: ${advice}.`, error)
  }
}

const refusals: Readonly<Record<string, readonly [SetupErrorCode, string]>> = {
  ENOENT: ['missing', 'make its folder first'],
  [unreadPipe.code]: ['missing', unreadPipe.advice],
}
