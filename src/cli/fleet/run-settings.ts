/** Options of `fleet run`. */
export interface RunCliOptions {
  readonly modules?: number
  readonly broker?: string
  /** ms */
  readonly duration?: number
  readonly seed?: number
  readonly demo?: boolean
  readonly target?: string
  readonly maxRate?: number
  readonly shards?: number
  readonly allowCommands?: boolean
}
