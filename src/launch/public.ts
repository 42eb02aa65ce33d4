/** `atmqtt`: starts modules from a program. */
export { SetupError, type SetupErrorCode } from '../io/setup-error.ts'
export type { DroppedEvents, StreamedEvent } from './event-queue.ts'
export type { ReliedBehaviour, RunEvidence } from './evidence/run-evidence.ts'
export type { ModuleAddresses, RunningModule } from './running-module.ts'
export { startModule } from './start-module.ts'
export type { StartOptions } from './start-options.ts'
export { UsageError } from './usage-error.ts'
