import { openBeside } from '../io/ports/port-holders.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import { SetupError } from '../io/setup-error.ts'
import type { ByteStream } from '../io/stream.ts'
import { openSerialPort } from '../io/transports/serial.ts'
import { openTcpPort } from '../io/transports/tcp.ts'
import { hostAndPort } from '../io/transports/tcp-socket.ts'
import { type HostPort, serialOptions } from '../launch/addresses.ts'
import type { LineOptions } from './line-options.ts'

/** Opens the line of a module once: when the module goes, the stream ends. Rejects with a `SetupError`. */
export const openLine = ({ port, tcp }: LineOptions): Promise<ByteStream> =>
  port ? openSerialPort(serialOptions(port)) : openTcpPort(tcp!)

/** What is to be said of a port that another program has open, too. */
export const besideOf = ({ port }: LineOptions): string | undefined => port && openBeside(port.device)

/** Opens the line of a module, and again whenever the module was away. Rejects with a `SetupError` when it is not there at first. */
export const openLastingLine = ({ port, tcp }: LineOptions): Promise<ByteStream> =>
  port ? openSerialPort({ ...serialOptions(port), reopen: true }) : openLastingTcp(tcp!)

/** How long a module's TCP port may take to accept. */
const connectMs = 5000

async function openLastingTcp(address: HostPort): Promise<ByteStream> {
  try {
    return await openTcpPort({ ...address, connectMs, redial: { clock: nodeClock } })
  } catch (error) {
    if (!(error instanceof SetupError) || error.code !== 'missing') throw error
    const where = hostAndPort(address.host, address.port)
    throw new SetupError(
      'missing',
      `Nobody accepts connections on ${where}: start the module, or give another address.`,
      error.cause,
    )
  }
}
