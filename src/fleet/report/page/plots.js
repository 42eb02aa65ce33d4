// Draws the plots of a report: bundled with uPlot into ../page-script.ts (test/fleet/page-script.test.ts).
import uPlot from 'uplot'

/** Lines are told apart by dashes too. */
const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]]
const colours = 5
const dark = matchMedia('(prefers-color-scheme: dark)')
const drawn = new Map()

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function rounded(value, unit) {
  if (value == null) return '–'
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}${unit}`
}

const lineOf = ({ label }, i, unit) => ({
  label,
  stroke: colour(`--line-${i % colours}`),
  width: 2,
  dash: dashes[i % dashes.length],
  spanGaps: true,
  points: { show: false },
  value: (_, value) => rounded(value, unit),
})

const axis = (label, size, values) => ({
  label,
  size,
  labelSize: 22,
  labelFont: '13px system-ui, sans-serif',
  font: '12px system-ui, sans-serif',
  stroke: colour('--soft'),
  grid: { stroke: colour('--line'), width: 1 },
  ticks: { stroke: colour('--line'), width: 1 },
  values,
})

function options(plot, width) {
  const shown = (unit) => (_, values) => values.map((value) => (value == null ? '' : rounded(value, unit)))
  const log = plot.log ? { distr: 3, log: 10 } : { range: (_, __, most) => [0, plot.most ?? Math.max(1, most * 1.05)] }
  return {
    width,
    height: width < 500 ? 240 : 300,
    scales: { x: { time: false }, y: log },
    axes: [axis(plot.xLabel, 34, shown('')), axis(plot.yLabel, 62, shown(''))],
    series: [
      { label: plot.xName, value: (_, value) => rounded(value, ' s') },
      ...plot.lines.map((line, i) => lineOf(line, i, plot.unit)),
    ],
    cursor: { drag: { x: true, y: false } },
  }
}

function draw(figure, plot) {
  drawn.get(figure)?.destroy()
  const target = figure.querySelector('.canvas')
  const data = [plot.x, ...plot.lines.map(({ values }) => values)]
  const chart = new uPlot(options(plot, target.clientWidth), data, target)
  const canvas = target.querySelector('canvas')
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', figure.querySelector('figcaption').textContent)
  drawn.set(figure, chart)
}

const plots = JSON.parse(document.getElementById('plots').textContent)
for (const figure of document.querySelectorAll('figure[data-plot]')) {
  const plot = plots[figure.dataset.plot]
  draw(figure, plot)
  dark.addEventListener('change', () => draw(figure, plot))
  addEventListener('beforeprint', () => draw(figure, plot))
  new ResizeObserver(() => {
    const width = figure.querySelector('.canvas').clientWidth
    if (width > 0 && width !== drawn.get(figure).width) draw(figure, plot)
  }).observe(figure)
}
