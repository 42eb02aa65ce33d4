import type { RedisAddress } from '../../fleet/engine/redis/redis-address.ts'
import type { HostPort } from '../../launch/addresses.ts'
import type { ReportFiles } from './report-files.ts'

/** Options of `fleet run`. */
export interface RunCliOptions extends ReportFiles {
  readonly prometheus?: HostPort
  readonly modules?: number
  readonly broker?: string
  /** ms */
  readonly duration?: number
  readonly seed?: number
  readonly demo?: boolean
  readonly target?: string
  readonly maxRate?: number
  readonly shards?: number
  readonly redis?: RedisAddress
  readonly run?: string
  readonly allowCommands?: boolean
}
