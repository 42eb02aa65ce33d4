import { render } from 'preact'
import type { FromWorker } from '../messages.ts'
import { readAddress } from './address.ts'
import { App } from './app.tsx'
import { pageKey } from './keys.ts'
import { ConsoleModel } from './model.ts'

/** Puts the page together around its worker; gives the model to who opens the connection or the file. */
export function startPage(worker: Worker): ConsoleModel {
  const { filter, row } = readAddress(location.hash)
  const model = new ConsoleModel(worker, filter)
  if (row !== undefined) model.revealOnce(row)
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => model.receive(data))
  addEventListener('keydown', (event) => pageKey(model, event))
  addEventListener('pointerdown', ({ target }) => {
    if (!(target as Element).closest('.menu, dialog')) model.menu.value = undefined
  })
  addEventListener('hashchange', () => model.setAddress(readAddress(location.hash)))
  render(<App model={model} />, document.getElementById('console')!)
  return model
}
