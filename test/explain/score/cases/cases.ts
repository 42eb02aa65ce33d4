import type { WrittenCase } from './case.ts'
import { mqttCases } from './mqtt-cases.ts'
import { networkCases } from './network-cases.ts'
import { powerCases } from './power-cases.ts'
import { tlsCases } from './tls-cases.ts'

/** Every case, by topic. */
export const writtenCases: readonly WrittenCase[] = [...powerCases, ...networkCases, ...mqttCases, ...tlsCases]
