import type { RunTotals } from '../metrics/merge.ts'
import { lateAfterMs } from '../metrics/snapshot.ts'
import { timeText } from './numbers.ts'
import type { FleetReport } from './report-schema.ts'

/** What a reader must know before believing the figures: a sentence each. */
export function warningsOf(report: FleetReport): string[] {
  return [
    ...ofGenerator(report),
    ...ofPhases(report),
    ...ofRun(report),
    ...ofMessages(report),
    ...report.details.storms.flatMap((storm) => [...ofStorm(storm)]),
  ]
}

/** Timers that ran late are more than this share: the times told are the generator's own. */
export const mostLate = 0.01

/** `null`: the generator keeps its pace. */
export function lateWarning({ timers, late, times }: RunTotals): string | null {
  if (timers === 0 || late / timers <= mostLate) return null
  return lateText(late / timers, times.lag.quantile(0.99))
}

const lateText = (share: number, lagP99Ms: number): string =>
  `The generator is the limit: ${percent(share)} of its timers ran more than ${lateAfterMs} ms late (99 % within ${timeText(lagP99Ms)}). The times told are partly its own: take fewer modules or more processes.`

function* ofGenerator({ generator }: FleetReport): Iterable<string> {
  const { lateShare, lagP99Ms } = generator
  if (lateShare === null) yield 'The generator ran no timer: nothing tells whether it kept its pace.'
  else if (lateShare > mostLate) yield lateText(lateShare, lagP99Ms ?? 0)
}

function* ofPhases({ details }: FleetReport): Iterable<string> {
  const late = details.phases.filter(({ valid }) => !valid)
  if (late.length > 0 && late.length < details.phases.length)
    yield `Timers were late in ${late.map(({ name, lateShare }) => `"${name}" (${percent(lateShare ?? 0)})`).join(', ')}; the times of the other phases are not the generator's.`
}

function* ofRun({ run, engine }: FleetReport): Iterable<string> {
  if (run.stopped !== null) yield `The run did not end as planned: ${run.stopped}`
  if (engine.takeOvers > 0) yield `A process that ran modules died; another took over, ${times(engine.takeOvers)}.`
  if (engine.unknown > 0) yield `Unknown, at most ${engine.unknown}: events in the last moments of a process that died.`
}

function* ofMessages({ publish, received }: FleetReport): Iterable<string> {
  const { lost, expected } = received
  if (lost !== null && lost > 0)
    yield `${lost} of ${expected} acknowledged messages did not come to the verifying subscriber.`
  if (publish.unknown > 0)
    yield `Of ${publish.intended} messages ${publish.unknown} were neither acknowledged nor failed when the run ended.`
}

function* ofStorm({ name, affected, back, endedMs }: FleetReport['details']['storms'][number]): Iterable<string> {
  if (endedMs === null) yield `Storm "${name}" had not ended when the run did.`
  else if (back < affected) yield `After storm "${name}" ${affected - back} of ${affected} modules did not come back.`
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
