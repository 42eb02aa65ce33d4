import type { Comparison, Expectation } from '../scenario/scenario.ts'
import type { FleetReport } from './report-schema.ts'

type Judged = Omit<FleetReport, 'expect'>

/** What was expected beside what is. A value that was not measured meets nothing. */
export const judgeExpectations = (report: Judged, expectations: readonly Expectation[]): FleetReport['expect'] =>
  expectations.map(({ name, key, compare, limit: wanted }) => {
    const value = valueAt(report, key)
    const limit = limitIn(report, wanted)
    return { name, ok: value !== null && limit !== null && holds[compare](value, limit), value, compare, limit }
  })

const holds: Readonly<Record<Comparison, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
  '>=': (value, limit) => value >= limit,
  '>': (value, limit) => value > limit,
}

function limitIn(report: Judged, limit: Expectation['limit']): number | null {
  if (typeof limit === 'number') return limit
  const whole = valueAt(report, limit.of)
  return whole === null ? null : limit.share * whole
}

/** A number; true and false as 1 and 0; of counts by cause the sum. */
function valueAt(report: Judged, key: string): number | null {
  let value: unknown = report
  for (const part of key.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[part]
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'object' || value === null) return null
  return Object.values(value).reduce((sum: number, each) => sum + Number(each), 0)
}
