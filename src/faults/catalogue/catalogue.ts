import { nearestQuestion } from '../../at/syntax/nearest-name.ts'
import type { Fault } from '../fault.ts'
import { FaultError, shorten } from '../params.ts'
import { byteFaults } from './byte-faults.ts'
import { connectionFaults } from './connection-faults.ts'
import { deviceFaults } from './device-faults.ts'
import { liveSessionFaults } from './live-session-faults.ts'
import { moduleFaults } from './module-faults.ts'
import { networkFaults } from './network-faults.ts'
import { policyFaults } from './policy-faults.ts'
import { responseFaults } from './response-faults.ts'
import { serverFaults } from './server-faults.ts'

/** Every fault, in the order of the reference. */
export const catalogue: readonly Fault[] = [
  ...networkFaults,
  ...connectionFaults,
  ...serverFaults,
  ...policyFaults,
  ...byteFaults,
  ...responseFaults,
  ...moduleFaults,
  ...liveSessionFaults,
  ...deviceFaults,
]

const byName = new Map(catalogue.map((fault) => [fault.name, fault]))

/** Throws a `FaultError` when there is none of that name. */
export function findFault(name: string): Fault {
  const fault = byName.get(name)
  if (!fault)
    throw new FaultError(
      `There is no fault ${shorten(name)}: "atmqtt faults" lists them.${nearestQuestion(name, [...byName.keys()])}`,
    )
  return fault
}
