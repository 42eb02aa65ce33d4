import { useEffect, useRef } from 'preact/hooks'
import { commandKeys, type KeyHelp, pageKeys, rowKeys } from './keys.ts'
import type { ConsoleModel } from './model.ts'

export function HelpDialog({ model }: { model: ConsoleModel }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = model.menu.value === 'help'
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => model.closeMenu('help')}>
      <h2 id="help-title">Keys</h2>
      <Keys title="Everywhere but in fields" keys={Object.values(pageKeys)} />
      <Keys title="In the rows" keys={rowKeys} />
      <Keys title="In the command line" keys={commandKeys} />
      <p class="soft">
        A click on a row shows its chain and the device as that row left it. A click on a line of the device copies it.
      </p>
      <button type="button" onClick={() => model.closeMenu('help')}>
        Close
      </button>
    </dialog>
  )
}

const Keys = ({ title, keys }: { title: string; keys: readonly KeyHelp[] }) => (
  <>
    <h3>{title}</h3>
    <dl class="keys">
      {keys.map(({ keys, does }) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  </>
)
