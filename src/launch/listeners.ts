import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authority } from '../broker/authority.ts'
import type { Broker, BrokerPort } from '../broker/embedded-broker.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import type { Log } from '../io/runtime/runtime.ts'
import { sparingLog } from '../io/runtime/sparing-log.ts'
import { SetupError } from '../io/setup-error.ts'
import type { ByteStream } from '../io/stream.ts'
import { openPty } from '../io/transports/pty/pty.ts'
import { listenTcp } from '../io/transports/tcp.ts'
import type { HostPort } from './addresses.ts'

/** What was opened, and what a reader should know of how: a default that was taken and moved. */
export interface Opened<T> {
  readonly value?: T
  readonly notes: readonly string[]
}

const nothing: Opened<never> = { notes: [] }
/** How many names or ports after a default are tried before any free one. */
const tries = 20
/** Where any name will do, as for many modules in one process. */
const mostPtys = 1000

export function openTcpLine(given: HostPort | false | undefined, log: Log): Promise<Opened<ByteStream>> {
  return openPort(given, 7672, 'AT port', (address) => listenTcp({ ...address, log: sparingLog(log, nodeClock) }))
}

export function openBrokerPort(broker: Broker, given: HostPort | false | undefined): Promise<Opened<BrokerPort>> {
  return openPort(given, 1883, 'broker port', (address) => broker.listen(address))
}

export function openBrokerTlsPort(
  broker: Broker,
  given: HostPort | false | undefined,
  authority: Authority,
  requireCertificate: boolean,
): Promise<Opened<BrokerPort>> {
  const open = (address: HostPort) => broker.listenTls({ ...address, authority, requireCertificate })
  return openPort(given, 8883, 'broker TLS port', open)
}

/** The default is the port of 127.0.0.1, or the next free one, which a note tells. */
export async function openPort<T>(
  given: HostPort | false | undefined,
  port: number,
  title: string,
  open: (address: HostPort) => Promise<T>,
): Promise<Opened<T>> {
  if (given === false) return nothing
  if (given) return { value: await open(given), notes: [] }
  const ports = [...Array.from({ length: tries }, (_, i) => port + i), 0]
  const { value, moved } = await firstFree(ports, (candidate) => open({ host: '127.0.0.1', port: candidate }))
  return { value, notes: moved ? [`${title} ${port} is taken, so another one is used`] : [] }
}

/**
 * The default PTY moves to the next name; `true` is any name, without a word. Where there are no PTYs, and where all names are taken but the module has
 * another line, a note says so.
 */
export async function openPtyLine(given: string | boolean | undefined, hasOther = false): Promise<Opened<ByteStream>> {
  if (given === false) return nothing
  if (given === true)
    return { value: (await firstFree(ptyPaths(mostPtys), (path) => openPty({ path }))).value, notes: [] }
  if (given !== undefined) return { value: await openPty({ path: given }), notes: [] }
  const paths = ptyPaths(tries)
  try {
    const { value, moved } = await firstFree(paths, (path) => openPty({ path }))
    return { value, notes: moved ? [`${paths[0]} is taken, so another name is used`] : [] }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    if (error.code === 'unsupported') return { notes: [error.message] }
    if (hasOther) return { notes: [`there is no PTY: ${paths[0]} to ${paths.at(-1)} are taken. ${error.message}`] }
    throw error
  }
}

const ptyPaths = (length: number): readonly string[] => Array.from({ length }, (_, i) => join(tmpdir(), `ttyAT${i}`))

async function firstFree<C, T>(candidates: readonly C[], open: (candidate: C) => Promise<T>) {
  for (const [i, candidate] of candidates.entries()) {
    try {
      return { value: await open(candidate), moved: i > 0 }
    } catch (error) {
      const taken = error instanceof SetupError && (error.code === 'inUse' || error.code === 'denied')
      if (!taken || i === candidates.length - 1) throw error
    }
  }
  throw new Error('no candidates')
}
