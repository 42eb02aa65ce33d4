import { Counter, Gauge, Registry } from 'prom-client'
import type { RunTotals } from '../metrics/merge.ts'
import { type CauseName, type CountName, causeNames, countNames, timeNames } from '../metrics/snapshot.ts'

const helps: Readonly<Record<CountName, string>> = {
  connectIntended: 'Connections that were due',
  connectAttempted: 'Connections tried',
  connectUp: 'Connections accepted',
  connectRefused: 'Connections refused, or not made',
  connectionLost: 'Connections lost',
  publishIntended: 'Messages that were due',
  publishSent: 'Messages sent',
  publishAcked: 'Messages acknowledged',
  publishFailed: 'Messages failed',
  received: 'Messages received by modules that subscribe',
}

const quantiles = [0.5, 0.95, 0.99, 1] as const

/** What a Prometheus server reads: totals of the run until now. Times are seconds, quantiles of merged histograms. */
export async function prometheusText(totals: RunTotals): Promise<string> {
  const registry = new Registry()
  for (const name of countNames) if (!isByCause(name)) countMetric(registry, totals, name)
  for (const name of causeNames) causeMetric(registry, totals, name)
  timeMetric(registry, totals)
  stormMetric(registry, totals)
  const gauges = {
    modules: ['Modules of the run', totals.modules],
    modules_up: ['Modules connected', totals.up],
    timers_total: ['Timers of the generator that ran', totals.timers],
    timers_late_total: ['Those of them more than 100 ms late', totals.late],
    resident_bytes: ['Memory of the processes that run modules', totals.rssBytes],
  } as const
  for (const [name, [help, value]] of Object.entries(gauges))
    new Gauge({ name: metricName(name), help, registers: [registry] }).set(value)
  return registry.metrics()
}

export const prometheusType = Registry.PROMETHEUS_CONTENT_TYPE

const isByCause = (name: CountName): name is CauseName => (causeNames as readonly string[]).includes(name)

const metricName = (name: string): string =>
  `atmqtt_fleet_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`

function countMetric(registry: Registry, { counts }: RunTotals, name: CountName): void {
  new Counter({ name: metricName(`${name}_total`), help: helps[name], registers: [registry] }).inc(counts[name])
}

function causeMetric(registry: Registry, { causes }: RunTotals, name: CauseName): void {
  const labelNames = ['cause'] as const
  const counter = new Counter({
    name: metricName(`${name}_total`),
    help: helps[name],
    labelNames,
    registers: [registry],
  })
  for (const [cause, count] of Object.entries(causes[name])) counter.inc({ cause }, count)
}

function timeMetric(registry: Registry, { times }: RunTotals): void {
  const gauge = new Gauge({
    name: metricName('time_seconds'),
    help: 'Times by what was timed; quantile 1 is the longest',
    labelNames: ['what', 'quantile'] as const,
    registers: [registry],
  })
  for (const what of timeNames)
    if (times[what].count > 0)
      for (const quantile of quantiles)
        gauge.set({ what, quantile: String(quantile) }, times[what].quantile(quantile) / 1000)
}

function stormMetric(registry: Registry, { storms }: RunTotals): void {
  const gauge = new Gauge({
    name: metricName('storm_modules'),
    help: 'Modules of a storm: hit, lost, back',
    labelNames: ['storm', 'state'] as const,
    registers: [registry],
  })
  for (const { name: storm, affected, lost, back } of storms) {
    gauge.set({ storm, state: 'hit' }, affected)
    gauge.set({ storm, state: 'lost' }, lost)
    gauge.set({ storm, state: 'back' }, back.count)
  }
}
