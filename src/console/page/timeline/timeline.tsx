import { useEffect, useRef } from 'preact/hooks'
import type { ConsoleModel } from '../app/model.ts'
import { bannerOf, emptySentence, type PageSituation } from '../app/status-words.ts'
import { RowList } from './row-list.ts'

const situationOf = ({ connection, sentence, hello, window, isPaused }: ConsoleModel): PageSituation => ({
  connection: connection.value,
  sentence: sentence.value,
  hello: hello.value,
  window: window.value,
  isPaused: isPaused.value,
})

export function Timeline({ model }: { model: ConsoleModel }) {
  const situation = situationOf(model)
  const banner = bannerOf(situation)
  const empty = emptySentence(situation)
  const [first, second] = laneNames(model)
  return (
    <section class="timeline" aria-label="Timeline">
      {banner && (
        <p class="banner" data-tone={banner.tone} role="alert">
          {banner.says}
        </p>
      )}
      {model.window.value?.hasEarlier && (
        <button type="button" class="earlier" onClick={() => model.earlier()}>
          Earlier rows are with atmqtt: load some
        </button>
      )}
      <div class="lanes" aria-hidden="true">
        <span>Time, s</span>
        <span>{first}</span>
        <span>{second}</span>
      </div>
      <Rows model={model} />
      {empty && <p class="empty">{empty}</p>}
    </section>
  )
}

function laneNames({ hello, isAligned }: ConsoleModel): readonly [string, string] {
  const source = hello.value?.source
  const isPair = isAligned.value && source?.kind === 'file'
  return isPair
    ? [source.names[0] ?? '', source.names[1] ?? '']
    : ['AT  → to the module  ← from it', 'MQTT  → to the server  ← from it']
}

function Rows({ model }: { model: ConsoleModel }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    model.list = new RowList(place.current!, {
      view: (from, count) => model.view(from, count),
      follow: (isFollowing) => {
        model.isFollowing.value = isFollowing
      },
      select: (seq) => model.reveal({ seq }),
    })
  }, [model])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would give itself the height of a million rows
    <div
      ref={place}
      class="rows"
      id="rows"
      role="grid"
      aria-label="Rows"
      aria-colcount={3}
      tabIndex={0}
      onKeyDown={(event) => rowKey(model, event)}
    />
  )
}

/** Keys while the rows have the focus. */
function rowKey(model: ConsoleModel, event: KeyboardEvent): void {
  const { list } = model
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: list?.page ?? 1, PageUp: -(list?.page ?? 1) }[event.key]
  if (step !== undefined) model.reveal({ step })
  else if (event.key === 'Home') model.reveal({ place: 0 })
  else if (event.key === 'End') model.toEnd()
  else if (event.key === 'Escape') model.select(undefined)
  else return
  event.preventDefault()
}
