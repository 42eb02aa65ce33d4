// "Explain my log": what is pasted or dropped is read in the page, and nothing leaves it.

import { profiles } from '../../../src/at/profiles/profiles.ts'
import { demoLogs } from '../../../src/explain/demo-logs.ts'
import { Explainer } from '../../../src/explain/explain.ts'
import { htmlBody, htmlReport } from '../../../src/explain/report/html-report.ts'

const element = (id) => document.getElementById(id)
const text = element('log')
const file = element('file')
const profile = element('profile')
const state = element('state')
const result = element('result')
const save = element('save')

/** A file is read in parts of so many bytes; between them the page stays alive. */
const part = 1 << 20
/** The last run: an earlier one stops when another begins. */
let run = 0
let page = ''

async function explain(name, bytes) {
  const own = ++run
  result.replaceChildren()
  save.hidden = true
  const explainer = new Explainer({ keepsRows: true, ...(profile.value && { profile: profile.value }) })
  for (let at = 0; at < bytes.size; at += part) {
    state.textContent = `Reading: ${Math.round((at / bytes.size) * 100)} %`
    const read = await bytes.slice(at, at + part).arrayBuffer()
    if (own !== run) return
    explainer.feed(new Uint8Array(read))
  }
  show(name, explainer)
}

function show(name, explainer) {
  const report = explainer.end()
  if (report.shape === 'none') {
    state.textContent = 'There are no AT commands and no answers to them in it: give the log of the line to the module.'
    return
  }
  const rows = explainer.rows(report)
  page = htmlReport(report, rows, name)
  state.textContent = ''
  result.innerHTML = htmlBody(report, rows, name)
  save.hidden = false
  result.scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
}

const take = (name, bytes) => {
  explain(name, bytes).catch((error) => {
    state.textContent = `It can't be read (${error.message}).`
  })
}

element('explain').addEventListener('click', () => take('Pasted log', new Blob([text.value])))
file.addEventListener('change', () => {
  const [chosen] = file.files
  if (chosen) take(chosen.name, chosen)
  file.value = ''
})

document.addEventListener('dragover', (event) => {
  event.preventDefault()
  document.body.classList.add('dropping')
})
document.addEventListener('dragleave', ({ relatedTarget }) => {
  if (!relatedTarget) document.body.classList.remove('dropping')
})
document.addEventListener('drop', (event) => {
  event.preventDefault()
  document.body.classList.remove('dropping')
  const [dropped] = event.dataTransfer.files
  const pasted = event.dataTransfer.getData('text')
  if (dropped) take(dropped.name, dropped)
  else if (pasted) take('Dropped text', new Blob([pasted]))
})

save.addEventListener('click', () => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([page], { type: 'text/html' }))
  link.download = 'explained-log.html'
  link.click()
  URL.revokeObjectURL(link.href)
})

for (const demo of demoLogs) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = demo.title
  button.addEventListener('click', () => {
    text.value = demo.text
    take(demo.name, new Blob([demo.text]))
  })
  element('examples').append(button)
}

for (const name of Object.keys(profiles)) profile.append(new Option(name, name))
