import { type ShownKind, shownKinds } from '../store/stored-row.ts'
import { kindTitles } from '../timeline/row-words.ts'
import { firstKinds } from './address.ts'
import type { ConsoleModel } from './model.ts'
import { hiddenSentence, isFiltered } from './status-words.ts'

export function FilterBar({ model }: { model: ConsoleModel }) {
  const { filter, window } = model
  const { text = '', topic = '' } = filter.value
  return (
    <section class="filters" aria-label="Filters">
      <Field label="Text" id="filter-text" value={text} onValue={(text) => model.setFilter({ text })} />
      <Field label="Topic" id="filter-topic" value={topic} onValue={(topic) => model.setFilter({ topic })} />
      <KindMenu model={model} />
      <Places model={model} />
      <p class="hidden-rows" role="status">
        <span>{window.value && hiddenSentence(window.value.figures.hidden)}</span>
        {needsReset(model) && (
          <button type="button" class="quiet" onClick={() => reset(model)}>
            Show the usual rows
          </button>
        )}
      </p>
    </section>
  )
}

const needsReset = ({ filter }: ConsoleModel): boolean =>
  isFiltered(filter.value) || (filter.value.kinds ?? firstKinds).join() !== firstKinds.join()

const reset = (model: ConsoleModel): void =>
  model.setFilter({ kinds: firstKinds, line: undefined, client: undefined, topic: '', text: '' })

interface FieldProps {
  readonly label: string
  readonly id: string
  readonly value: string
  readonly onValue: (value: string) => void
}

const Field = ({ label, id, value, onValue }: FieldProps) => (
  <label class="field">
    {label}
    <input
      type="search"
      id={id}
      value={value}
      autocomplete="off"
      spellcheck={false}
      onInput={({ currentTarget }) => onValue(currentTarget.value)}
    />
  </label>
)

function KindMenu({ model }: { model: ConsoleModel }) {
  const kinds = model.filter.value.kinds ?? firstKinds
  const optional = shownKinds.filter((kind) => kind !== 'gap')
  const set = (kind: ShownKind, isOn: boolean) =>
    model.setFilter({ kinds: shownKinds.filter((each) => (each === kind ? isOn : kinds.includes(each))) })
  return (
    <details class="menu">
      <summary>
        Kinds {optional.filter((kind) => kinds.includes(kind)).length}/{optional.length}
      </summary>
      <fieldset>
        <legend>Rows to show</legend>
        {optional.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={({ currentTarget }) => set(kind, currentTarget.checked)}
            />
            {kindTitles[kind]}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

function Places({ model }: { model: ConsoleModel }) {
  const lines = model.window.value?.lines ?? []
  const { line, client } = model.filter.value
  return (
    <>
      <Choice
        label="Line"
        value={line ?? ''}
        options={lines}
        onValue={(value) => model.setFilter({ line: value === '' ? undefined : value })}
      />
      <Choice
        label="Client"
        value={client === undefined ? '' : String(client)}
        options={['0', '1']}
        onValue={(value) => model.setFilter({ client: value === '' ? undefined : Number(value) })}
      />
    </>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly options: readonly string[]
  readonly onValue: (value: string) => void
}

const Choice = ({ label, value, options, onValue }: ChoiceProps) => (
  <label class="field">
    {label}
    <select value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
      <option value="">all</option>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  </label>
)
