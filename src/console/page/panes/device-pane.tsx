import type { ConsoleModel } from '../app/model.ts'
import { seconds } from '../timeline/row-words.ts'
import { type DeviceFact, deviceFacts } from './device-words.ts'

export function DevicePane({ model }: { model: ConsoleModel }) {
  const state = model.state.value
  const facts = state ? deviceFacts(state) : []
  return (
    <section class="pane device" aria-label="Device" id="device" tabIndex={-1}>
      <h2>Device</h2>
      <Moment model={model} />
      {state?.inferred && <p class="soft">Inferred from what was said on the line.</p>}
      {facts.length === 0 && <p class="soft">{unknownWords(model)}</p>}
      <ul class="facts">
        {facts.map((fact) => (
          <Fact key={fact.about} fact={fact} model={model} />
        ))}
      </ul>
    </section>
  )
}

const unknownWords = ({ selection, connection }: ConsoleModel): string =>
  selection.value
    ? 'How it was at this row is not kept any more.'
    : connection.value === 'connecting'
      ? '…'
      : 'Not known yet.'

function Moment({ model }: { model: ConsoleModel }) {
  const row = model.selection.value?.row
  if (!row) return <p class="moment">Now</p>
  return (
    <p class="moment" data-past>
      As row {row.seq} left it, {seconds(row.t)} s
      <button type="button" class="quiet" onClick={() => model.toEnd()}>
        Back to now
      </button>
    </p>
  )
}

function Fact({ fact, model }: { fact: DeviceFact; model: ConsoleModel }) {
  const { about, says, tone, details, copies } = fact
  return (
    <li>
      <button type="button" class="fact" data-tone={tone} title="Copy" onClick={() => model.copy(copies, about)}>
        <span class="fact-about">{about}</span>
        <span class="fact-says">{says}</span>
        {details.map((detail) => (
          <span key={detail} class="fact-detail">
            {detail}
          </span>
        ))}
      </button>
    </li>
  )
}
