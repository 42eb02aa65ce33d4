import { type HostPort, parseHostPort } from '../../launch/addresses.ts'
import type { ChosenProfile } from '../../launch/profile-choice.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { LineOptions } from '../line-options.ts'

export interface ConformanceCliOptions extends LineOptions {
  readonly memory?: boolean
  readonly profile?: ChosenProfile
  readonly broker?: HostPort
  readonly brokerTls?: HostPort
  readonly brokerMutual?: HostPort
  readonly peer?: PeerAddress
  readonly suite?: string
  /** Seconds. */
  readonly timeout?: number
  readonly list?: boolean
  /** Files for reports. */
  readonly junit?: string
  readonly json?: string
  readonly html?: string
}

/** Where the peer listens, and where modules find it. */
export interface PeerAddress {
  readonly seen: HostPort
  readonly local: HostPort
}

export function parsePeer(text: string): PeerAddress {
  const [seen, local, ...rest] = text.split('=')
  if (!seen || !local || rest.length > 0)
    throw new UsageError(
      `--peer ${text}: give PUBLIC:PORT=LOCAL:PORT, such as example.net:1884=0.0.0.0:1884: where the module finds the server, and where it listens here.`,
    )
  return { seen: parseHostPort('--peer')(seen), local: parseHostPort('--peer')(local) }
}

export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 86_400)) throw new UsageError(`--timeout ${text}: give seconds, such as 10 or 0.5.`)
  return seconds
}
