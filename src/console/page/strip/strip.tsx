import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ConsoleModel } from '../app/model.ts'
import type { Rates } from '../store/rates.ts'
import type { RateChart } from './rate-chart.ts'

/** Messages a second and how long acknowledgements take, over the timeline. */
export function Strip({ model }: { model: ConsoleModel }) {
  const { rates } = model
  if (!rates.value || rates.value.perSecond.length === 0) return null
  return (
    <section class="strip" aria-label="Rates">
      <p>
        <span class="rate-key">{rateWords(rates.value)}</span>
        <span class="wait-key">{waitWords(rates.value)}</span>
      </p>
      <Chart model={model} />
    </section>
  )
}

/** Of the newest span that is over; of a short run, of what there is. */
const newest = <T,>(values: readonly T[]): T | undefined => values.at(-2) ?? values.at(-1)

const rateWords = ({ perSecond }: Rates): string => `${(newest(perSecond) ?? 0).toFixed(1)} messages/s`

function waitWords({ latencyMs }: Rates): string {
  const known = latencyMs.findLast((wait) => wait !== null)
  return known === undefined || known === null ? 'nothing acknowledged yet' : `acknowledged in ${known.toFixed(1)} ms`
}

function Chart({ model }: { model: ConsoleModel }) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<RateChart | undefined>(undefined)
  useEffect(() => load(place.current!, model, chart), [model, model.theme.value])
  useSignalEffect(() => {
    if (model.rates.value) chart.current?.show(model.rates.value)
  })
  return <div ref={place} class="chart" aria-hidden="true" />
}

/** The library comes when there is something to draw. */
function load(place: HTMLElement, model: ConsoleModel, holder: { current: RateChart | undefined }): () => void {
  let isGone = false
  const resized = new ResizeObserver(() => holder.current?.resize())
  import('./rate-chart.ts').then(({ createRateChart }) => {
    if (isGone) return
    holder.current = createRateChart(place, (t) => model.reveal({ t }))
    if (model.rates.value) holder.current.show(model.rates.value)
    resized.observe(place)
  })
  return () => {
    isGone = true
    resized.disconnect()
    holder.current?.close()
    holder.current = undefined
  }
}
