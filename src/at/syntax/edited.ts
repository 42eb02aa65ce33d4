/** A line as the module reads it, backspaces applied, and where each of its characters stood. */
export interface Edited {
  readonly text: string
  /** Undefined: nothing was edited. */
  readonly places?: readonly number[]
}

export function editedLine(raw: string): Edited {
  if (!raw.includes('\b')) return { text: raw }
  const places: number[] = []
  for (let at = 0; at < raw.length; at++)
    if (raw[at] === '\b') places.pop()
    else places.push(at)
  return { text: places.map((place) => raw[place]).join(''), places }
}

/** Characters that were typed and taken back. */
export function wipedIn(raw: string, { places }: Edited): readonly { readonly from: number; readonly to: number }[] {
  if (places === undefined) return []
  const wiped: { from: number; to: number }[] = []
  const kept = new Set(places)
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\b' || kept.has(at)) continue
    const last = wiped.at(-1)
    if (last?.to === at) last.to = at + 1
    else wiped.push({ from: at, to: at + 1 })
  }
  return wiped
}

/** Where characters `from`…`to` of the edited text stood, with what was taken back between them. */
export function rawSpan({ places }: Edited, { from, to }: { readonly from: number; readonly to: number }) {
  if (places === undefined) return { from, to }
  const last = places[to - 1]
  return { from: places[from] ?? (places.at(-1) ?? -1) + 1, to: last === undefined ? (places[from] ?? 0) : last + 1 }
}
