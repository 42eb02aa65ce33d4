import {
  CertificateError,
  type Client,
  ClientError,
  connect,
  type NodeConnectOptions,
  OnlineError,
  PortBusyError,
  PortClosedError,
  SetupError,
} from '../../driver/node.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { printError } from '../output.ts'

type CliClient = Client<Buffer>

/** A module that does not answer keeps a client waiting for half a minute; the program ends all the same. */
const longestEndMs = 5000

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Connects, calls `use`, and disconnects. Resolves to the exit code; an error is one line on standard error. */
export async function withClient(
  options: NodeConnectOptions,
  use: (client: CliClient) => Promise<number>,
): Promise<number> {
  const client = connected(options)
  const alive = setInterval(() => {}, 2 ** 30)
  try {
    return await use(client)
  } catch (error) {
    return failure(error)
  } finally {
    await Promise.race([client.endAsync(true), after(longestEndMs)])
    clearInterval(alive)
  }
}

/** Invalid options are reported before anything is opened. */
function connected(options: NodeConnectOptions): CliClient {
  try {
    return connect(options)
  } catch (error) {
    if (error instanceof ClientError) throw new UsageError(error.message)
    throw error
  }
}

/** Resolves at the first connection; rejects with the error that prevented it, which is not retried. */
export function firstConnection(client: CliClient): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFirst = true
    client.once('connect', () => {
      isFirst = false
      resolve()
    })
    client.on('warning', ({ message }) => warn(message))
    let told: Error | undefined
    const tell = (error: Error | undefined): void => {
      if (isFirst) reject(error ?? new Error('The connection was closed.'))
      else if (error && error !== told) warn(error.message)
      told = error
    }
    client.on('error', tell)
    client.on('close', tell)
  })
}

export const warn = (sentence: string): void => printError(`atmqtt: ${sentence}\n`)

function failure(error: unknown): number {
  if (!(error instanceof Error)) throw error
  if (error instanceof UsageError) throw error
  warn(error.message)
  if (outsideErrors.some((type) => error instanceof type)) return exitCodes.outside
  return error instanceof CertificateError && error.code !== 'storeRefused' && error.code !== 'noContext'
    ? exitCodes.usage
    : exitCodes.negative
}

/** The module is not there, somebody else has it, or it does not come online. */
const outsideErrors = [SetupError, OnlineError, PortBusyError, PortClosedError] as const
