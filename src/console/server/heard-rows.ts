import type { Adviser } from '../../at/adviser.ts'
import { LineAdviser } from '../../explain/line-adviser.ts'
import { CountedRows } from '../counted-rows.ts'
import type { DeviceState } from '../device-state.ts'
import { HeardLine } from '../heard-line.ts'
import { InferredState } from '../inferred-state.ts'
import { RowMaker } from '../row-maker.ts'
import { findingRow } from './finding-row.ts'
import type { ConsoleTimeline } from './timeline.ts'

interface HeardOptions {
  /** Of two files, which. */
  readonly file?: number | undefined
  /** Causes are looked for behind so many parts: a log that is read at once is long. */
  readonly partsBetweenNews?: number
}

/** Makes rows of what is heard on lines of which nothing else is known, and infers the state of the module. */
export class HeardRows {
  readonly rows: RowMaker
  readonly #timeline: ConsoleTimeline
  readonly #lines = new Map<string, HeardLine>()
  readonly #advisers = new Map<string, Adviser & { end(): ReturnType<Adviser['report']> }>()
  readonly #counted = new Map<string, CountedRows>()
  readonly #state = new InferredState()
  readonly #file: number | undefined
  readonly #partsBetweenNews: number
  #parts = 0
  readonly #found = new Set<string>()
  #told: { readonly state: DeviceState; readonly inferred: DeviceState } | undefined
  /** Of the last thing that was heard. */
  #t = 0

  constructor(timeline: ConsoleTimeline, { file, partsBetweenNews = 1 }: HeardOptions = {}) {
    this.#partsBetweenNews = partsBetweenNews
    this.#timeline = timeline
    this.#file = file
    this.rows = new RowMaker((row, whole) => timeline.add({ ...row, ...this.#about() }, whole))
  }

  /** Text of one side, with its line ends; one character a byte. */
  hear(line: string, side: 'host' | 'module', text: string, t: number): void {
    this.#t = Math.max(t, this.#t)
    this.#lineOf(line)[side](text)
    this.#timeline.change(this.#device(), this.#t)
  }

  /** What the module was, as a trace tells it. */
  state(state: DeviceState, t: number): void {
    this.#told = { state, inferred: this.#state.view }
    this.#t = Math.max(t, this.#t)
    this.#timeline.change(state, this.#t)
  }

  /** What was told last, with what the line has told since. */
  #device(): DeviceState {
    const { view } = this.#state
    if (!this.#told) return view
    const { state, inferred } = this.#told
    if (inferred === view) return state
    const clients = Object.entries(view.clients ?? {}).map(([i, client]) => [i, { ...state.clients?.[i], ...client }])
    return { ...state, ...view, clients: Object.fromEntries(clients) as NonNullable<DeviceState['clients']> }
  }

  /** A row that is made already. */
  add(entry: Parameters<ConsoleTimeline['add']>[0], t: number): void {
    this.#t = Math.max(t, this.#t)
    this.#timeline.add({ ...entry, ...this.#about() } as never)
  }

  packet(packet: Parameters<RowMaker['packet']>[0], t: number): void {
    this.#t = Math.max(t, this.#t)
    this.rows.packet(packet)
  }

  /** Nothing more is heard. */
  end(): void {
    for (const line of this.#lines.keys()) this.rows.left(line)
    for (const [line, adviser] of this.#advisers) this.#find(line, adviser.end().findings)
  }

  #about(): { readonly t: number; readonly file?: number } {
    return { t: this.#t, ...(this.#file !== undefined && { file: this.#file }) }
  }

  #lineOf(name: string): HeardLine {
    const known = this.#lines.get(name)
    if (known) return known
    const adviser = new LineAdviser()
    const counted = new CountedRows()
    this.#advisers.set(name, adviser)
    this.#counted.set(name, counted)
    const line = new HeardLine(({ direction, part, text, ends }) => {
      this.rows.line(name, direction, part, text, ends)
      const side = direction === 'in' ? 'host' : 'module'
      counted.count(side, text, this.#timeline.history.last)
      adviser.hear(side, text, this.#t)
      this.#state.hear(side, text, this.#t)
      if (++this.#parts % this.#partsBetweenNews === 0) this.#find(name, adviser.news())
    })
    this.#lines.set(name, line)
    return line
  }

  #find(line: string, findings: ReturnType<Adviser['news']>): void {
    for (const cause of findings) {
      if (this.#found.has(`${line} ${cause.id}`)) continue
      this.#found.add(`${line} ${cause.id}`)
      const seqs = this.#counted.get(line)!.seqsOf(cause.rows)
      this.add(findingRow(line, cause, seqs, this.#timeline.history), this.#t)
    }
  }
}
