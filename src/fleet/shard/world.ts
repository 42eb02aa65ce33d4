import type { Profile } from '../../at/profiles/profile.ts'
import type { Dialer } from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { CertificateStore } from '../../io/tls/certificate-store.ts'
import type { HostPort } from '../../launch/addresses.ts'
import type { Transcript } from '../../transcript/language/transcript.ts'
import type { GeneratorProcess } from '../metrics/snapshot.ts'
import type { ModuleGroup, Scenario } from '../scenario/scenario.ts'
import type { DeviceFiles } from './device-files.ts'
import type { FleetIdentity } from './identity.ts'

/** Which modules of which run a process has: plain data, without secrets of devices. */
export interface ShardPlan {
  readonly run: string
  readonly scenario: Scenario
  readonly shard: number
  readonly shards: number
  readonly incarnation: number
  readonly first: number
  readonly modules: number
  /** When the run's clock is 0, ms since 1970. */
  readonly startedAt: number
  readonly servers: RunServers
}

/** Where groups without and with TLS connect. */
export interface RunServers {
  readonly plain: HostPort | null
  readonly tls: HostPort | null
}

export const serverFor = ({ servers }: Pick<ShardPlan, 'servers'>, { tls }: ModuleGroup): HostPort =>
  (tls ? servers.tls : servers.plain)!

/** What a shard gets from its process. */
export interface ShardWorld {
  /** Its 0 is the run's start; before that it is below. */
  readonly clock: Clock
  dialer(options: { readonly certificates?: CertificateStore; readonly localAddress?: string }): Dialer
  profile(group: ModuleGroup): Profile
  transcript(group: ModuleGroup): Transcript
  files(identity: FleetIdentity): DeviceFiles
  hasCipherSuite(suite: number): boolean
  /** Connections begin one after the other, so many a second; none: as they come. */
  readonly limit?: (dial: () => void) => void
  health(): GeneratorProcess
}

/** Parts of a run, as even as they can be. */
export function shardPlans(
  run: Pick<ShardPlan, 'run' | 'scenario' | 'shards' | 'servers'>,
  total: number,
): readonly Omit<ShardPlan, 'startedAt'>[] {
  return Array.from({ length: run.shards }, (_, shard) => {
    const first = Math.floor((shard * total) / run.shards)
    const modules = Math.floor(((shard + 1) * total) / run.shards) - first
    return { ...run, shard, incarnation: 1, first, modules }
  })
}
