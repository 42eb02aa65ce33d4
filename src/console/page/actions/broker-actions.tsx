import { useSignal } from '@preact/signals'
import type { ConsoleModel } from '../app/model.ts'

interface RetainedTopic {
  readonly topic: string
  readonly bytes: number
  readonly qos: number
}

export function BrokerActions({ model }: { model: ConsoleModel }) {
  return (
    <section class="group" aria-label="Broker">
      <h2>Broker</h2>
      <form
        class="publish"
        onSubmit={(event) => {
          event.preventDefault()
          publish(model, new FormData(event.currentTarget))
        }}
      >
        <label class="param">
          <span>Topic</span>
          <input name="topic" required autocomplete="off" />
        </label>
        <label class="param">
          <span>Payload</span>
          <textarea name="payload" rows={2} />
        </label>
        <div class="buttons">
          <label class="field">
            QoS
            <select name="qos">
              <option>0</option>
              <option>1</option>
              <option>2</option>
            </select>
          </label>
          <label class="field">
            <input type="checkbox" name="retain" />
            retain
          </label>
          <button type="submit">Publish</button>
        </div>
      </form>
      <Retained model={model} />
    </section>
  )
}

function publish(model: ConsoleModel, form: FormData): void {
  const [topic, payload] = [String(form.get('topic')), String(form.get('payload'))]
  const operation = { op: 'publish', topic, payload, qos: Number(form.get('qos')), retain: form.has('retain') }
  model.act(operation, `published to ${topic}`)
}

function Retained({ model }: { model: ConsoleModel }) {
  const topics = useSignal<readonly RetainedTopic[] | undefined>(undefined)
  const look = async () => {
    topics.value = await model.retained()
  }
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && look()}>
      <summary>Retained messages</summary>
      <button type="button" class="quiet" onClick={look}>
        Look again
      </button>
      {topics.value?.length === 0 && <p class="soft">The broker keeps none.</p>}
      <ul class="retained">
        {topics.value?.map(({ topic, bytes, qos }) => (
          <li key={topic}>
            {topic}{' '}
            <span class="soft">
              {bytes} bytes, QoS {qos}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
