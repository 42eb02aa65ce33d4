import type { RowFilter } from '../store/filter.ts'
import { type ShownKind, shownKinds } from '../store/stored-row.ts'

/** What is shown at first: an echo repeats what was typed, and a change of state is in the pane of the device. */
export const firstKinds = shownKinds.filter((kind) => kind !== 'echo' && kind !== 'state')

export interface Address {
  readonly token?: string
  readonly filter: RowFilter
  /** A row that a link leads to. */
  readonly row?: number
}

const isKind = (name: string): name is ShownKind => (shownKinds as readonly string[]).includes(name)

/** What stands behind the `#`. */
export function readAddress(fragment: string): Address {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const [token, kinds, row, client] = ['token', 'kinds', 'row', 'client'].map((name) => fields.get(name) ?? undefined)
  const [line, topic, text] = ['line', 'topic', 'text'].map((name) => fields.get(name) ?? undefined)
  return {
    ...(token !== undefined && { token }),
    ...(/^\d+$/.test(row ?? '') && { row: Number(row) }),
    filter: {
      kinds: kinds === undefined ? firstKinds : kinds.split(',').filter(isKind),
      ...(line !== undefined && { line }),
      ...((client === '0' || client === '1') && { client: Number(client) }),
      ...(topic !== undefined && { topic }),
      ...(text !== undefined && { text }),
    },
  }
}

/** The fragment for filters and a row; never a token. Empty where all is as at first. */
export function addressFragment({ filter, row }: Omit<Address, 'token'>): string {
  const { kinds = firstKinds, line, client, topic, text } = filter
  const fields = new URLSearchParams()
  if (kinds.join() !== firstKinds.join()) fields.set('kinds', kinds.join(','))
  for (const [name, value] of Object.entries({ line, client, topic, text, row }))
    if (value !== undefined && value !== '') fields.set(name, String(value))
  const fragment = fields.toString()
  return fragment === '' ? '' : `#${fragment}`
}
