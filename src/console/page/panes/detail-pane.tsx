import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { TimelineRow } from '../../protocol.ts'
import type { ConsoleModel } from '../app/model.ts'
import { isAt, isMqtt } from '../store/stored-row.ts'
import { kindTitle, laneText, later, visible } from '../timeline/row-words.ts'
import { lacksResult } from './chain-result.ts'
import { hexLines } from './hex.ts'
import { RowFields } from './row-fields.tsx'

export function DetailPane({ model }: { model: ConsoleModel }) {
  const selection = model.selection.value
  if (!selection) return <p class="pane detail soft">Click a row, or press J, to see all of it and its chain.</p>
  const { row, chain } = selection
  return (
    <section class="pane detail" aria-label="Row">
      <header>
        <h2>
          Row {row.seq} · {kindTitle(row)}
        </h2>
        <span class="soft">{clockOf(model, row)}</span>
        <span class="gap" />
        <button type="button" onClick={() => model.copyLink(row.seq)}>
          Copy link
        </button>
        <button type="button" aria-label="Close the row" onClick={() => model.select(undefined)}>
          ✕
        </button>
      </header>
      <div class="detail-parts">
        <div class="detail-row">
          <RowFields row={row} model={model} />
          {(isAt(row) || isMqtt(row)) && <Bytes key={row.seq} row={row} model={model} />}
        </div>
        {chain.length > 1 && <Chain chain={chain} row={row} model={model} />}
      </div>
    </section>
  )
}

function clockOf({ hello }: ConsoleModel, { t }: TimelineRow): string {
  const start = Date.parse(hello.value?.clockStart ?? '')
  const date = Number.isNaN(start)
    ? ''
    : ` · ${new Date(start + t).toISOString().replace('T', ' ').replace('Z', ' UTC')}`
  return `${(t / 1000).toFixed(6)} s${date}`
}

type BytesRow = Extract<TimelineRow, { bytes: string }>

/** All bytes, as text and as hex; those that the row does not carry are fetched. */
function Bytes({ row, model }: { row: BytesRow; model: ConsoleModel }) {
  const bytes = useSignal(row.bytes)
  const isWhole = useSignal(row.length === undefined)
  useSignalEffect(() => {
    if (isWhole.value) return
    model.bytesOf(row.seq).then(
      (all) => {
        bytes.value = all
        isWhole.value = true
      },
      () => {},
    )
  })
  return (
    <>
      {!isWhole.value && (
        <p class="soft">
          {bytes.value.length} of {row.length} bytes; the rest is with atmqtt.
        </p>
      )}
      <h3>Text, {bytes.value.length} bytes</h3>
      <Marked text={visible(bytes.value)} />
      <h3>Hex</h3>
      <pre class="hex">{hexLines(bytes.value).join('\n')}</pre>
    </>
  )
}

/** What was secret is `***`. */
function Marked({ text }: { text: string }) {
  const parts = text.split('***')
  return (
    <>
      <pre class="raw">
        {parts.map((part, at) => (
          <span key={at}>
            {at > 0 && <mark title="left out: secret">***</mark>}
            {part}
          </span>
        ))}
      </pre>
      {parts.length > 1 && <p class="soft">*** stands for what is secret. It is not in this page.</p>}
    </>
  )
}

function Chain({ chain, row, model }: { chain: readonly TimelineRow[]; row: TimelineRow; model: ConsoleModel }) {
  const start = chain[0]!.t
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' })
  }, [row.seq])
  return (
    <div class="chain">
      <h3>
        Chain, {chain.length} rows in {later(chain.at(-1)!.t - start).slice(1)}
      </h3>
      <ol ref={list}>
        {chain.map((hop, at) => (
          <li key={hop.seq}>
            <button type="button" aria-current={hop.seq === row.seq} onClick={() => model.reveal({ seq: hop.seq })}>
              <span class="hop-time">{at === 0 ? 'start' : later(hop.t - chain[at - 1]!.t)}</span>
              <span class="hop-kind">{kindTitle(hop)}</span>
              <span class="hop-text">{laneText(hop)}</span>
            </button>
          </li>
        ))}
      </ol>
      {lacksResult(chain) && <p class="no-result">No result so far.</p>}
    </div>
  )
}
