import { editsBetween } from './edits.ts'

/**
 * The known name that was probably meant: case and what is no letter or digit do not count, one letter may be wrong, two
 * in longer names; or the only one that has what was written in it.
 */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const plain = plainName(written)
  if (plain.length < 3) return undefined
  const near = known
    .map((name) => ({ name, edits: editsBetween(plain, plainName(name)) }))
    .filter(({ edits }) => edits <= (plain.length < 6 ? 1 : 2))
    .sort((a, b) => a.edits - b.edits)
  if (near[0]) return near[0].name
  const holding = known.filter((name) => plainName(name).includes(plain))
  return holding.length === 1 ? holding[0] : undefined
}

const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** ` Did you mean "socket-reset"?`, to be put between sentences; empty: nothing is near. */
export function nearestQuestion(written: unknown, known: readonly string[]): string {
  const meant = typeof written === 'string' ? nearestName(written.slice(0, 100), known) : undefined
  return meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`
}
