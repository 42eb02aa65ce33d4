import { useSignal } from '@preact/signals'
import type { FaultHelp, FaultParamHelp } from '../../protocol.ts'
import type { ConsoleModel } from '../app/model.ts'

export function FaultActions({ model }: { model: ConsoleModel }) {
  const wanted = useSignal('')
  const found = faultsWith(model.faults.value, wanted.value)
  return (
    <section class="group" aria-label="Faults">
      <h2>Faults</h2>
      <Running model={model} />
      <label class="field wide">
        Search
        <input
          type="search"
          id="fault-search"
          placeholder="reset, prompt, late …"
          value={wanted.value}
          onInput={({ currentTarget }) => {
            wanted.value = currentTarget.value
          }}
        />
      </label>
      <p class="soft">{faultCount(found.length, model.faults.value.length, wanted.value)}</p>
      <ul class="faults">
        {found.map((fault) => (
          <li key={fault.name}>
            <Fault fault={fault} model={model} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** All words, in the name, the title or the group. */
export function faultsWith(faults: readonly FaultHelp[], wanted: string): readonly FaultHelp[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  return faults.filter(({ name, title, group }) => {
    const text = `${name} ${title} ${group}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

const faultCount = (found: number, all: number, wanted: string): string =>
  wanted.trim() === '' ? `${all} faults` : `${found} of ${all} faults`

function Running({ model }: { model: ConsoleModel }) {
  const running = Object.entries(model.now.value?.faults ?? {})
  if (running.length === 0) return null
  return (
    <ul class="running" aria-label="Faults that run">
      {running.map(([id, { name, params }]) => (
        <li key={id}>
          <span>
            {name} <span class="soft">{paramWords(params)}</span>
          </span>
          <button
            type="button"
            aria-label={`Stop ${name}`}
            onClick={() => model.act({ op: 'endFault', fault: Number(id) }, `${name} ended`)}
          >
            Stop
          </button>
        </li>
      ))}
    </ul>
  )
}

const paramWords = (params: object): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ')

function Fault({ fault, model }: { fault: FaultHelp; model: ConsoleModel }) {
  const { name, title, params, lasts } = fault
  return (
    <details>
      <summary>
        {name}
        <span class="soft">{title}</span>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          startFault(model, fault, new FormData(event.currentTarget))
        }}
      >
        {params.map((param) => (
          <Param key={param.name} param={param} />
        ))}
        {lasts === 'until' && <Param param={{ name: 'forMs', range: 'ms', meaning: 'empty: until it is stopped' }} />}
        <button type="submit">Start {name}</button>
      </form>
    </details>
  )
}

const Param = ({ param: { name, range, preset, meaning } }: { param: FaultParamHelp }) => (
  <label class="param">
    <span>{name}</span>
    <input name={name} placeholder={preset === undefined ? '' : String(preset)} autocomplete="off" />
    <span class="soft">
      {range}: {meaning}
    </span>
  </label>
)

function startFault(model: ConsoleModel, { name }: FaultHelp, form: FormData): void {
  const given = [...form].flatMap(([key, text]) => (text === '' ? [] : [[key, parameter(String(text))] as const]))
  const { forMs, ...params } = Object.fromEntries(given)
  model.act({ op: 'fault', name, params, ...(forMs !== undefined && { forMs }) }, `fault ${name} began`)
}

/** A number, true, a list where it reads as one; else the text. */
function parameter(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
