/** What went over a line, or was printed beside it. */
export interface SessionEvent {
  readonly side: 'host' | 'module' | 'print'
  /** Without its line end. */
  readonly text: string
  readonly ms: number
  /** Data behind a prompt: sent without a line end. */
  readonly data?: true
}

/**
 * A session as rules and cases write it: `> ` host, `>> ` data behind a prompt, `< ` module, `# ` the host's own text,
 * `@+5s` and `@+200ms` time that passes. A row takes 20 ms.
 */
export function sessionOf(text: string): readonly SessionEvent[] {
  const events: SessionEvent[] = []
  let ms = 1000
  for (const row of text.split('\n')) {
    const time = /^@\+(\d+)(s|ms|min|h)$/.exec(row.trim())
    if (time) {
      ms += Number(time[1]) * { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }[time[2] as 'ms']!
      continue
    }
    const match = /^(>>|[><#]) ?(.*)$/.exec(row)
    if (!match) {
      if (row.trim() !== '') throw new Error(`a session has no such row: ${row}`)
      continue
    }
    ms += 20
    const [, mark, said] = match
    const side = mark === '<' ? 'module' : mark === '#' ? 'print' : 'host'
    events.push({ side, text: said!, ms, ...(mark === '>>' && { data: true }) })
  }
  return events
}
