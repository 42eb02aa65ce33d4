import type { OperationHelp } from '../../protocol.ts'
import type { ConsoleModel } from '../app/model.ts'

/** Operations that are a word: a button each. */
const worded = ['network', 'sim']
const titles: Readonly<Record<string, string>> = { network: 'Network', sim: 'SIM', power: 'Power' }

export function ModuleActions({ model }: { model: ConsoleModel }) {
  const all = model.operations.value
  const operations = all.filter(({ op }) => worded.includes(op))
  const power = all.find(({ op }) => op === 'power')
  return (
    <section class="group" aria-label="Module">
      <h2>Module</h2>
      {operations.map((operation) => (
        <Words key={operation.op} operation={operation} model={model} />
      ))}
      <Radio model={model} />
      <div class="losing">
        <p class="soft">These end connections:</p>
        {power && <Words operation={power} model={model} />}
        <div class="buttons">
          <button type="button" onClick={() => model.act({ op: 'reset' }, 'power cut and new start')}>
            Cut the power and start
          </button>
          <button type="button" onClick={() => model.act({ op: 'fresh' }, 'as at the start')}>
            As at the start
          </button>
        </div>
      </div>
    </section>
  )
}

function Words({ operation: { op, title, fields }, model }: { operation: OperationHelp; model: ConsoleModel }) {
  const field = fields.find(({ words }) => words)
  return (
    <fieldset class="buttons" title={title}>
      <legend class="group-name">{titles[op]}</legend>
      {field?.words?.map((word) => (
        <button key={word} type="button" onClick={() => model.act({ op, [field.name]: word }, `${op} ${word}`)}>
          {word}
        </button>
      ))}
    </fieldset>
  )
}

function Radio({ model }: { model: ConsoleModel }) {
  const { signal = 99, admits = 'home' } = model.now.value?.network ?? {}
  const set = (change: object, title: string) => model.act({ op: 'radio', ...change }, title)
  return (
    <fieldset class="buttons">
      <legend class="group-name">Radio</legend>
      <label class="field">
        Signal
        <input
          type="number"
          min={0}
          max={99}
          value={signal}
          onChange={({ currentTarget: { value } }) => set({ signal: Number(value) }, `signal ${value}`)}
        />
      </label>
      <label class="field">
        SIM is
        <select
          value={admits}
          onChange={({ currentTarget: { value } }) => set({ admits: value }, `admitted as ${value}`)}
        >
          <option value="home">at home</option>
          <option value="roaming">roaming</option>
          <option value="denied">denied</option>
        </select>
      </label>
    </fieldset>
  )
}
