import type { FleetReport, LatencySpread } from './report-schema.ts'

/** As `page/plots.js` draws it. Values beside each other belong to the same `x`; `null`: nothing there. */
export interface Plot {
  readonly xName: string
  readonly xLabel: string
  readonly yLabel: string
  readonly unit: string
  readonly log: boolean
  /** The end of the y axis; else that of the values. */
  readonly most?: number
  readonly x: readonly number[]
  readonly lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[]
}

const ofRun = { xName: 'time', xLabel: 'seconds since the run began', log: false, unit: '' } as const

/** How much of each storm's modules is connected again, by time since its end. */
export function recoveryPlot({ details }: FleetReport): Plot {
  const x = [...new Set(details.storms.flatMap(({ curve }) => curve.map(({ ms }) => ms / 1000)))].sort((a, b) => a - b)
  const lines = details.storms.map(({ name, curve }) => ({ label: name, values: x.map((at) => backBy(curve, at)) }))
  const xLabel = 'seconds since the end of the storm'
  return { ...ofRun, xLabel, yLabel: '% connected', unit: ' %', most: 105, x, lines }
}

function backBy(curve: FleetReport['details']['storms'][number]['curve'], at: number): number {
  return 100 * (curve.findLast(({ ms }) => ms / 1000 <= at)?.share ?? 0)
}

export function connectionsPlot({ details }: FleetReport): Plot {
  const { binMs, up } = details.series
  return { ...ofRun, yLabel: 'modules connected', x: secondsOf(up, binMs), lines: [{ label: 'connected', values: up }] }
}

export function ratesPlot({ details }: FleetReport): Plot {
  const { binMs, attempted, refused, publishSent, publishAcked, received } = details.series
  const rate = (label: string, counts: readonly number[]) => ({
    label,
    values: counts.map((count) => (1000 * count) / binMs),
  })
  const all = [
    rate('connections tried', attempted),
    rate('refused', refused),
    rate('published', publishSent),
    rate('acknowledged', publishAcked),
    rate('received', received),
  ]
  const lines = all.filter(({ values }) => values.some((value) => value > 0))
  return { ...ofRun, yLabel: 'a second', unit: '/s', x: secondsOf(attempted, binMs), lines }
}

/** Connections lost, a line a cause; the rarest together. */
export function lostPlot({ details, lost, run }: FleetReport): Plot {
  const { binMs } = details.lostByTime
  const causes = toTheEnd(details.lostByTime.causes, binMs, run.ms)
  const names = Object.entries(lost.byCause).sort(([, one], [, other]) => other - one)
  const shown = names.slice(0, 4).map(([name]) => name)
  const others = names.slice(4).map(([name]) => name)
  const line = (label: string, of: readonly string[]) => ({
    label,
    values: causes.map((counts) => of.reduce((sum, name) => sum + (counts?.[name] ?? 0), 0)),
  })
  const lines = [...shown.map((name) => line(name, [name])), ...(others.length > 0 ? [line('others', others)] : [])]
  return { ...ofRun, yLabel: `connections lost in ${binMs / 1000} s`, x: secondsOf(causes, binMs), lines }
}

export type SpreadSeries = 'connect' | 'publishAck' | 'endToEnd' | 'lag'

export function latencyPlot({ details, run }: FleetReport, name: SpreadSeries): Plot {
  const bins = toTheEnd(details.timeSeries[name], details.timeSeries.binMs, run.ms)
  const keys: readonly (keyof LatencySpread)[] = ['p50', 'p95', 'p99', 'max']
  const lines = keys.map((key) => ({
    label: key,
    values: bins.map((spread) => (spread ? atLeast(spread[key]) : null)),
  }))
  return { ...ofRun, log: true, yLabel: 'ms', unit: ' ms', x: secondsOf(bins, details.timeSeries.binMs), lines }
}

/** With empty bins until the run ended. */
const toTheEnd = <T>(bins: readonly (T | null)[], binMs: number, ms: number): readonly (T | null)[] =>
  Array.from({ length: Math.max(bins.length, Math.floor(ms / binMs)) }, (_, i) => bins[i] ?? null)

/** What a logarithmic axis can show. */
const atLeast = (ms: number | null): number | null => (ms === null ? null : Math.max(0.1, ms))

const secondsOf = (bins: readonly unknown[], binMs: number): number[] => bins.map((_, i) => (i * binMs) / 1000)
