import { type ShownKind, shownKinds } from '../store/stored-row.ts'
import { kindTitles } from '../timeline/row-words.ts'
import { firstKinds } from './address.ts'
import type { ConsoleModel } from './model.ts'
import { hiddenSentence, isFiltered } from './status-words.ts'

export function FilterBar({ model }: { model: ConsoleModel }) {
  const { filter } = model
  const { text = '', topic = '' } = filter.value
  return (
    <section class="filters" aria-label="Filters">
      <Field label="Text" id="filter-text" value={text} onValue={(text) => model.setFilter({ text })} />
      <Field label="Topic" id="filter-topic" value={topic} onValue={(topic) => model.setFilter({ topic })} />
      <KindMenu model={model} />
      <Places model={model} />
      <p class="hidden-rows" role="status">
        <span title={hiddenNow(model)}>{hiddenNow(model)}</span>
        {needsReset(model) && (
          <button type="button" class="quiet" onClick={() => reset(model)}>
            Show the usual rows
          </button>
        )}
      </p>
    </section>
  )
}

const hiddenNow = ({ window }: ConsoleModel): string =>
  window.value ? hiddenSentence(window.value.figures.hidden) : ''

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
    <details
      class="menu"
      open={model.menu.value === 'kinds'}
      onToggle={({ currentTarget }) => model.toggleMenu('kinds', currentTarget.open)}
    >
      <summary>
        Kinds {optional.filter((kind) => kinds.includes(kind)).length}/{optional.length}
      </summary>
      <fieldset>
        <legend>Rows to show</legend>
        <div class="buttons">
          <button type="button" onClick={() => model.setFilter({ kinds: shownKinds })}>
            All
          </button>
          <button type="button" onClick={() => model.setFilter({ kinds: firstKinds })}>
            The usual
          </button>
        </div>
        {optional.map((kind) => (
          <div key={kind} class="kind">
            <label>
              <input
                type="checkbox"
                checked={kinds.includes(kind)}
                onChange={({ currentTarget }) => set(kind, currentTarget.checked)}
              />
              {kindTitles[kind]}
            </label>
            <button
              type="button"
              class="quiet"
              aria-label={`Only ${kindTitles[kind]}`}
              onClick={() => model.setFilter({ kinds: [kind] })}
            >
              only
            </button>
          </div>
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
