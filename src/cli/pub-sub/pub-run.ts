import { mostFileBytes } from '../../io/read-file.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { stopSignal } from '../signals.ts'
import { type BrokerCliOptions, connectOptionsOf, fileBytes } from './broker-options.ts'
import { firstConnection, warn, withClient } from './mqtt-client.ts'

export interface PubCliOptions extends BrokerCliOptions {
  readonly topic: string
  readonly message?: string
  readonly file?: string
  /** `-l`: each line of the input. */
  readonly lines?: boolean
  /** `-n` */
  readonly null?: boolean
  /** `-s`: the whole input. */
  readonly stdin?: boolean
  readonly retain?: boolean
}

/** Publishes the messages one after the other. Resolves to the exit code. */
export async function runPub(options: PubCliOptions): Promise<number> {
  const payloads = await payloadsOf(options)
  const { topic, qos = 0, retain = false } = options
  const stopped = stopSignal().then(() => exitCodes.negative)
  return withClient(connectOptionsOf('pub', options), (client) => {
    const publishing = async (): Promise<number> => {
      await firstConnection(client)
      for await (const payload of payloads) {
        const outcome = await client.publishOutcome(topic, payload, { qos, retain })
        if (outcome.kind === 'acknowledged') continue
        warn(outcome.error.message)
        return exitCodes.negative
      }
      return exitCodes.ok
    }
    return Promise.race([publishing(), stopped])
  })
}

type Payloads = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Files are read before a connection is opened, so that a missing one is reported first. */
async function payloadsOf({ message, file, lines, stdin }: PubCliOptions): Promise<Payloads> {
  if (message !== undefined) return [Buffer.from(message)]
  if (file !== undefined) return [fileBytes('-f', file)]
  if (lines) return linesOf(process.stdin)
  return [stdin ? await wholeOf(process.stdin) : Buffer.alloc(0)]
}

async function wholeOf(input: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of input) {
    pieces.push(piece)
    length += piece.length
    checkLength(length)
  }
  return Buffer.concat(pieces)
}

/** Input may be endless; what is too long for a module is refused later, with its limit. */
function checkLength(length: number): void {
  if (length > mostFileBytes)
    throw new UsageError(`A message of standard input has more than ${mostFileBytes} bytes: no module takes so many.`)
}

const lineEnd = 0x0a

/** Bytes up to each line feed; the last line may have none. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  let rest = Buffer.alloc(0)
  for await (const chunk of input) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd)) {
      yield rest.subarray(0, end)
      rest = rest.subarray(end + 1)
    }
    checkLength(rest.length)
  }
  if (rest.length > 0) yield rest
}
