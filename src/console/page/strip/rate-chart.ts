import uPlot from 'uplot'
import type { Rates } from '../store/rates.ts'

export interface RateChart {
  show(rates: Rates): void
  resize(): void
  close(): void
}

const height = 76

/** Two curves on the clock of the timeline; a click tells the time there. */
export function createRateChart(place: HTMLElement, onTime: (t: number) => void): RateChart {
  const chart = new uPlot(optionsFor(place), [[], [], []], place)
  chart.over.addEventListener('click', () => onTime(chart.posToVal(chart.cursor.left ?? 0, 'x') * 1000))
  return {
    show: (rates) => chart.setData(dataOf(rates)),
    resize: () => chart.setSize({ width: place.clientWidth, height }),
    close: () => chart.destroy(),
  }
}

function dataOf({ startMs, spanMs, perSecond, latencyMs }: Rates): uPlot.AlignedData {
  const times = perSecond.map((_, at) => (startMs + at * spanMs) / 1000)
  return [times, [...perSecond], [...latencyMs]]
}

function optionsFor(place: HTMLElement): uPlot.Options {
  const colours = getComputedStyle(place)
  const colour = (name: string) => colours.getPropertyValue(name)
  const axis = {
    stroke: colour('--strip-soft'),
    grid: { stroke: colour('--strip-line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width: place.clientWidth,
    height,
    padding: [8, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: { x: { time: false }, rate: { range: fromZero }, wait: { range: fromZero } },
    axes: [
      { ...axis, size: 18, font: '11px system-ui' },
      { ...axis, scale: 'rate', size: 44, font: '11px system-ui', splits: ends },
      { ...axis, scale: 'wait', side: 1, size: 44, font: '11px system-ui', splits: ends, grid: { show: false } },
    ],
    series: [
      {},
      { scale: 'rate', stroke: colour('--strip-rate'), width: 1.5, points: { show: false } },
      { scale: 'wait', stroke: colour('--strip-wait'), width: 1.5, dash: [5, 3], spanGaps: true },
    ],
  }
}

/** There is room for the ends alone. */
const ends = (_: uPlot, __: number, ___: number, most: number): number[] => [0, Math.floor(most)]

const fromZero = (_: uPlot, __: number, most: number): [number, number] => [0, Math.max(1, (most ?? 0) * 1.1)]
