import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { CompletionReply } from '../../protocol.ts'
import type { ConsoleModel } from '../app/model.ts'
import { commonStart, TypedLines } from './typed-lines.ts'

interface Typing {
  readonly model: ConsoleModel
  readonly text: Signal<string>
  readonly offer: Signal<CompletionReply | undefined>
  readonly chosen: Signal<number>
  readonly lines: TypedLines
}

/** A line of the module's own: commands with completion, and data where it waits for them. */
export function CommandLine({ model }: { model: ConsoleModel }) {
  const lines = useRef(new TypedLines())
  const typing = {
    model,
    text: useSignal(''),
    offer: useSignal(undefined),
    chosen: useSignal(-1),
    lines: lines.current,
  }
  const waiting = dataWanted(model)
  return (
    <section class="group" aria-label="Command line">
      <h2>{waiting ? `Data for ${waiting.command}` : 'Command line'}</h2>
      <Field typing={typing} />
      <Offer typing={typing} />
      <p class="soft">
        {waiting ? dataWords(waiting.wanted) : 'Tab completes and shows forms, ↑ brings earlier lines.'}
      </p>
    </section>
  )
}

const dataWords = (wanted: number | undefined): string =>
  `The module waits for ${wanted ?? 'some'} bytes: they are sent as typed, without CR.`

function dataWanted({ now }: ConsoleModel) {
  const line = now.value?.lines?.console
  return line?.mode === 'data' ? line : undefined
}

function Field({ typing }: { typing: Typing }) {
  const { text, offer, chosen } = typing
  const hits = offer.value?.hits ?? []
  return (
    <input
      id="command"
      class="command"
      role="combobox"
      aria-label="AT command"
      aria-expanded={hits.length > 0}
      aria-controls="command-hits"
      aria-autocomplete="list"
      {...(chosen.value >= 0 && { 'aria-activedescendant': `hit-${chosen.value}` })}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      placeholder="AT+CMQTT…"
      value={text.value}
      onInput={({ currentTarget }) => typed(typing, currentTarget.value)}
      onKeyDown={(event) => commandKey(typing, event)}
    />
  )
}

function Offer({ typing }: { typing: Typing }) {
  const { offer, chosen } = typing
  const { hits = [], hint } = offer.value ?? {}
  return (
    <>
      <div id="command-hits" class="hits" role="listbox" aria-label="Completions" hidden={hits.length === 0}>
        {hits.map((hit, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={hit}
            id={`hit-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen.value}
            onClick={() => take(typing, hit)}
          >
            {hit}
          </div>
        ))}
      </div>
      {hint !== undefined && <pre class="forms">{hint}</pre>}
    </>
  )
}

/** A list that is open follows what is typed. */
function typed(typing: Typing, value: string): void {
  typing.text.value = value
  typing.chosen.value = -1
  if (typing.offer.value && value !== '') complete(typing, false)
  else typing.offer.value = undefined
}

async function complete(typing: Typing, fills: boolean): Promise<void> {
  const { model, text, offer } = typing
  const asked = text.value
  const reply = await model.complete(asked)
  if (text.value !== asked || !reply) return
  offer.value = reply
  if (fills) text.value = commonStart(reply.hits, asked)
}

function take({ text, offer, chosen }: Typing, hit: string): void {
  text.value = hit
  offer.value = undefined
  chosen.value = -1
  document.getElementById('command')?.focus()
}

function commandKey(typing: Typing, event: KeyboardEvent): void {
  const { text, offer } = typing
  const acts: Readonly<Record<string, () => void>> = {
    Enter: () => enter(typing),
    ArrowUp: () => arrow(typing, -1),
    ArrowDown: () => arrow(typing, 1),
    ...(text.value !== '' && !event.shiftKey && { Tab: () => complete(typing, true) }),
    ...(offer.value && { Escape: () => close(typing) }),
  }
  const act = acts[event.key]
  if (!act) return
  event.preventDefault()
  event.stopPropagation()
  act()
}

function close({ offer, chosen }: Typing): void {
  offer.value = undefined
  chosen.value = -1
}

function arrow({ text, offer, chosen, lines }: Typing, step: 1 | -1): void {
  const { length } = offer.value?.hits ?? []
  if (length > 0) chosen.value = (chosen.value + step + length + (chosen.value < 0 && step < 0 ? 1 : 0)) % length
  else text.value = step < 0 ? lines.earlier(text.value) : lines.later()
}

function enter(typing: Typing): void {
  const { model, text, offer, chosen, lines } = typing
  const hit = offer.value?.hits[chosen.value]
  if (hit !== undefined) return take(typing, hit)
  const isData = dataWanted(model) !== undefined
  if (text.value === '' && isData) return
  lines.add(text.value)
  model.act(
    { op: 'type', text: text.value, end: isData ? 'none' : 'cr' },
    isData ? 'the data were sent' : 'the line was sent',
  )
  close(typing)
  text.value = ''
}
