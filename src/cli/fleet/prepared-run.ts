import type { FleetEngine } from '../../fleet/engine/engine.ts'
import type { FleetRunOptions } from '../../fleet/engine/fleet-run.ts'
import type { Scenario } from '../../fleet/scenario/scenario.ts'

/** What `fleet run` is to run, and by which engine. */
export interface PreparedRun {
  readonly scenario: Scenario
  readonly settings: FleetRunOptions
  /** `note`: what a person should know while it goes on. */
  engine(note: (sentence: string) => void): FleetEngine
}
