import type { ConsoleModel } from './model.ts'

export interface KeyHelp {
  readonly keys: string
  readonly does: string
}

interface PageKey extends KeyHelp {
  readonly press: (model: ConsoleModel) => void
}

const focus = (id: string) => () => {
  const found = document.getElementById(id)
  found?.focus()
  if (found instanceof HTMLInputElement) found.select()
}

/** Keys of the whole page, but in fields. */
export const pageKeys: Readonly<Record<string, PageKey>> = {
  j: { keys: 'J', does: 'next row', press: (model) => model.reveal({ step: 1 }) },
  k: { keys: 'K', does: 'row before', press: (model) => model.reveal({ step: -1 }) },
  ']': { keys: ']', does: 'next finding, action, gap or difference', press: (model) => model.reveal({ event: 1 }) },
  '[': { keys: '[', does: 'the one before', press: (model) => model.reveal({ event: -1 }) },
  g: { keys: 'G', does: 'first row', press: (model) => model.reveal({ place: 0 }) },
  f: { keys: 'F', does: 'follow the newest row', press: (model) => model.toEnd() },
  p: { keys: 'P', does: 'pause the view, and go on', press: (model) => model.pause(!model.isPaused.value) },
  r: { keys: 'R', does: 'to the rows', press: focus('rows') },
  '/': { keys: '/', does: 'filter by text', press: focus('filter-text') },
  ':': { keys: ':', does: 'type a command', press: focus('command') },
  x: { keys: 'X', does: 'search the faults', press: focus('fault-search') },
  d: { keys: 'D', does: 'to the device', press: focus('device') },
  l: { keys: 'L', does: 'copy a link to the row', press: (model) => model.copyLinkOfSelected() },
  e: { keys: 'E', does: 'export', press: (model) => model.openMenu('export') },
  t: { keys: 'T', does: 'light, dark, or as the system has it', press: (model) => model.nextTheme() },
  '?': { keys: '?', does: 'this help', press: (model) => model.openMenu('help') },
  Escape: { keys: 'Esc', does: 'close what is open, leave the row', press: (model) => model.escape() },
}

/** Of the rows, while they have the focus. */
export const rowKeys: readonly KeyHelp[] = [
  { keys: '↑ ↓', does: 'row before, next row' },
  { keys: 'Page up, Page down', does: 'a page before, a page on' },
  { keys: 'Home, End', does: 'first row; the newest, and follow' },
]

/** Of the command line. */
export const commandKeys: readonly KeyHelp[] = [
  { keys: 'Tab', does: 'complete, and show the forms' },
  { keys: '↑ ↓', does: 'choose a completion, or bring back an earlier line' },
  { keys: 'Enter', does: 'send, or take the completion' },
]

export function pageKey(model: ConsoleModel, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target, event.key)) return
  const known = Object.hasOwn(pageKeys, event.key) ? pageKeys[event.key] : pageKeys[event.key.toLowerCase()]
  if (!known) return
  event.preventDefault()
  known.press(model)
}

/** A key belongs to the field that has the focus; Esc leaves it. */
function isField(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement) || !target.matches('input:not([type=checkbox]), textarea, select')) return false
  if (key === 'Escape') target.blur()
  return true
}
