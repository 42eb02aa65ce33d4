import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ExportKind } from '../../protocol.ts'
import type { RowRange } from '../messages.ts'
import type { ConsoleModel } from './model.ts'

const files: readonly (readonly [ExportKind, string])[] = [
  ['trace', 'Trace'],
  ['at', 'Transcript (.at)'],
  ['pcapng', 'Capture (pcapng)'],
]

/** Rows as a file: of the chain of the selected row, else all. */
export function ExportMenu({ model }: { model: ConsoleModel }) {
  const range = useSignal({ from: 1, to: 1 })
  const isOpen = model.menu.value === 'export'
  useEffect(() => {
    if (isOpen) range.value = firstRange(model)
  }, [isOpen])
  return (
    <details
      class="menu right"
      open={isOpen}
      onToggle={({ currentTarget }) => model.toggleMenu('export', currentTarget.open)}
    >
      <summary>Export</summary>
      <fieldset>
        <legend>Rows</legend>
        <Bound label="from" value={range.value.from} onValue={(from) => set(range, { from })} />
        <Bound label="to" value={range.value.to} onValue={(to) => set(range, { to })} />
        {files.map(([kind, title]) => (
          <button key={kind} type="button" onClick={() => model.exportFile(kind, range.value)}>
            {title}
          </button>
        ))}
        <button type="button" onClick={() => model.copyReport(range.value)}>
          Copy as a bug report
        </button>
      </fieldset>
    </details>
  )
}

const set = (range: { value: RowRange }, change: Partial<RowRange>): void => {
  range.value = { ...range.value, ...change }
}

function firstRange({ selection, window, hello }: ConsoleModel): RowRange {
  const chain = selection.value?.chain
  if (chain) return { from: chain[0]!.seq, to: chain.at(-1)!.seq }
  return { from: hello.value?.first || 1, to: window.value?.figures.lastSeq ?? 1 }
}

interface BoundProps {
  readonly label: string
  readonly value: number
  readonly onValue: (value: number) => void
}

const Bound = ({ label, value, onValue }: BoundProps) => (
  <label class="field">
    {label}
    <input type="number" min={1} value={value} onInput={({ currentTarget }) => onValue(Number(currentTarget.value))} />
  </label>
)
