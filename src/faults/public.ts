/** Faults: what goes wrong in the field, by name, with parameters and a seed. */
export { faultyDialer } from '../io/net/faulty-dialer.ts'
export { catalogue, findFault } from './catalogue/catalogue.ts'
export { fieldReports } from './catalogue/field-reports.ts'
export type { Fault, FaultGroup } from './fault.ts'
export { type ActiveFault, type FaultDuration, Faults, type FaultsOptions } from './faults.ts'
export { FaultError, type FaultParam } from './params.ts'
export { runSchedule } from './run-schedule.ts'
export { parseSchedule, type Schedule, type ScheduleEntry, type When } from './schedule.ts'
