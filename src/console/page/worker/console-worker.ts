import type { DeviceState } from '../../device-state.ts'
import type { ServerMessage, StateAt, TimelineRow } from '../../protocol.ts'
import type {
  ConnectionState,
  FromWorker,
  RowTarget,
  ServerAnswer,
  ServerQuestion,
  ToWorker,
  Window,
} from '../messages.ts'
import { RateCounter } from '../store/rates.ts'
import { RowStore, type StoreFigures } from '../store/row-store.ts'
import { StateHistory } from '../store/state-history.ts'
import { RowAlignment } from './alignment.ts'
import { StreamConnection } from './connection.ts'
import { eventBeside, nextFinding } from './events.ts'
import { Questions } from './questions.ts'

/** Bytes of rows that a tab keeps; the server has more, of which it gets so many at once. */
const mostBytes = 256 << 20
const earlierRows = 5000
/** Shortest time between two views, and between two looks at the rates; ms. */
const viewMs = 40
const ratesMs = 500

type Post = (message: FromWorker) => void

/** Behind the page, in a thread of its own: the connection and the rows. */
export class ConsoleWorker {
  readonly #post: Post
  readonly #store = new RowStore(mostBytes)
  readonly #states = new StateHistory(this.#store)
  readonly #rates = new RateCounter()
  readonly #questions = new Questions()
  #connection: StreamConnection | undefined
  #run: string | undefined
  #firstOfServer = 0
  #view: { readonly from: number | 'end'; readonly count: number } = { from: 'end', count: 60 }
  /** The last row in view while it is paused. */
  #pausedAt: number | undefined
  #selected: number | undefined
  #findings = 0
  #nextView = 0
  #postedState: DeviceState | undefined
  #alignment: RowAlignment | undefined
  #viewTimer: ReturnType<typeof setTimeout> | undefined
  #ratesTimer: ReturnType<typeof setTimeout> | undefined

  constructor(post: Post) {
    this.#post = post
  }

  take(message: ToWorker): void {
    for (const [name, value] of Object.entries(message)) this.#commands[name]?.(value as never, message as never)
  }

  readonly #commands: Readonly<Record<string, (value: never, message: never) => void>> = {
    connect: ({ url, token }: { url: string; token: string }) => this.#connect(url, token),
    file: (frames: string) => this.#readFile(JSON.parse(frames)),
    filter: (filter: Parameters<RowStore['filter']>[0]) => {
      this.#store.filter(filter)
      this.#keepSelected()
      this.#show()
    },
    view: (view: { from: number | 'end'; count: number }) => {
      this.#view = view
      this.#show()
    },
    pause: (isPaused: boolean) => {
      this.#pausedAt = isPaused ? (this.#store.figures().lastSeq ?? 0) : undefined
      this.#show()
    },
    select: (seq: number | undefined) => this.#select(seq),
    reveal: (to: RowTarget) => this.#reveal(to),
    ask: (question: ServerQuestion, { number }: { number: number }) => this.#ask(question, number),
    earlier: () => this.#fetchEarlier(),
    align: (isOn: boolean) => this.#align(isOn),
  }

  #connect(url: string, token: string): void {
    this.#connection = new StreamConnection(url, token, {
      message: (message) => this.#receive(message),
      state: (state, sentence) => this.#stateOf(state, sentence),
      greeting: () => ({ ...(this.#run && { run: this.#run }), after: this.#store.figures().lastSeq ?? null }),
    })
    this.#post({ connection: 'connecting' })
    this.#connection.open()
  }

  #stateOf(state: ConnectionState, sentence?: string): void {
    if (state === 'lost') this.#questions.lost()
    this.#post({ connection: state, ...(sentence !== undefined && { sentence }) })
  }

  #readFile(frames: readonly ServerMessage[]): void {
    this.#post({ connection: 'open' })
    for (const frame of frames) this.#receive(frame)
  }

  #receive(message: ServerMessage): void {
    for (const [name, value] of Object.entries(message)) this.#receivers[name]?.(value as never, message as never)
  }

  readonly #receivers: Readonly<Record<string, (value: never, message: never) => void>> = {
    hello: (hello: Extract<ServerMessage, { hello: unknown }>['hello']) => {
      if (this.#run !== hello.run) this.#begin(hello.run)
      this.#firstOfServer = hello.first
      this.#post({ hello })
      this.#show()
    },
    operations: (operations: never) => this.#post({ operations }),
    faults: (faults: never) => this.#post({ faults }),
    commands: (commands: never) => this.#post({ commands }),
    rows: (rows: readonly TimelineRow[], { id }: { id?: number }) => {
      if (id === undefined) this.#append(rows)
      else this.#questions.rows(id, rows)
    },
    snapshot: (state: StateAt) => {
      this.#states.add(state)
      this.#show()
    },
    ended: (sentence: string) => this.#post({ connection: 'ended', sentence }),
    part: (part: string, { id }: { id: number }) => this.#questions.part(id, part),
    done: (done: object, { id }: { id: number }) => this.#questions.done(id, done),
    error: (sentence: string, { id }: { id: number }) => this.#questions.failed(id, sentence),
  }

  #begin(run: string): void {
    this.#run = run
    this.#store.clear()
    this.#states.clear()
    this.#rates.clear()
    this.#findings = 0
    this.#pausedAt = undefined
    this.#select(undefined)
  }

  #append(rows: readonly TimelineRow[]): void {
    const last = this.#store.figures().lastSeq ?? 0
    const fresh = last === 0 ? rows : rows.filter(({ seq }) => seq > last)
    this.#store.append(fresh)
    for (const row of fresh) {
      this.#rates.take(row)
      if (row.kind === 'state') this.#states.change(row)
      if (row.kind === 'finding') this.#findings++
    }
    this.#show()
    this.#ratesTimer ??= setTimeout(() => this.#postRates(), ratesMs)
  }

  #show(): void {
    this.#viewTimer ??= setTimeout(() => this.#postWindow(), Math.max(0, this.#nextView - performance.now()))
  }

  #postRates(): void {
    this.#ratesTimer = undefined
    this.#post({ rates: this.#rates.rates() })
  }

  #postWindow(): void {
    this.#viewTimer = undefined
    this.#nextView = performance.now() + viewMs
    this.#post({ window: this.#window() })
    const state = (this.#pausedAt === undefined ? undefined : this.#states.at(this.#pausedAt)) ?? this.#states.now
    if (state === this.#postedState) return
    this.#postedState = state
    this.#post({ state })
  }

  #window(): Window {
    const figures = this.#store.figures()
    const total = this.#total(figures)
    const { count } = this.#view
    const from =
      this.#view.from === 'end' ? Math.max(0, total - count) : Math.min(this.#view.from, Math.max(0, total - 1))
    return {
      from,
      ...this.#rowsFrom(from, Math.min(count, total - from)),
      findings: this.#findings,
      differences: this.#alignment?.differences ?? 0,
      total,
      figures,
      held: this.#pausedAt === undefined ? 0 : (figures.lastSeq ?? 0) - this.#pausedAt,
      lines: this.#store.lines,
      hasEarlier: (figures.firstSeq ?? 0) > Math.max(1, this.#firstOfServer) && this.#connection !== undefined,
    }
  }

  #total({ shown }: StoreFigures): number {
    if (this.#alignment) return this.#alignment.length
    return this.#pausedAt === undefined ? shown : this.#store.placeOf(this.#pausedAt + 1)
  }

  #rowsFrom(from: number, count: number): Pick<Window, 'rows' | 'pairs'> {
    if (!this.#alignment) return { rows: this.#store.window(from, count) }
    return { rows: [], pairs: this.#alignment.window(this.#store, from, count) }
  }

  #align(isOn: boolean): void {
    const told = ({ parts }: ServerAnswer) => {
      this.#alignment = new RowAlignment(JSON.parse(parts))
      this.#show()
    }
    this.#alignment = undefined
    if (isOn) this.#send({ align: true }, told, () => {})
    this.#show()
  }

  #select(seq: number | undefined): void {
    this.#selected = seq
    const row = seq === undefined ? undefined : this.#store.row(seq)
    if (!row) return this.#post({ selection: undefined })
    const state = this.#states.at(row.seq)
    this.#postSelection(row, state)
    if (!state) this.#askState(row)
  }

  /** A row that a filter hides is left; one that stays is kept in view. */
  #keepSelected(): void {
    if (this.#selected === undefined) return
    const place = this.#placeOfRow(this.#selected)
    if (this.#seqAt(place) === this.#selected) this.#post({ revealed: { place, seq: this.#selected } })
    else this.#select(undefined)
  }

  #postSelection(row: TimelineRow, state: StateAt['state'] | undefined): void {
    const chain = row.chain === undefined ? [row] : this.#store.chain(row.chain)
    this.#post({ selection: { row, chain, state } })
  }

  #askState(row: TimelineRow): void {
    const told = ({ done }: ServerAnswer) => {
      if (this.#selected === row.seq) this.#postSelection(row, (done as unknown as StateAt).state)
    }
    this.#send({ stateAt: row.seq }, told, () => {})
  }

  #reveal(to: RowTarget): void {
    const place = this.#placeOf(to)
    const seq = place === undefined ? undefined : this.#seqAt(place)
    if (seq !== undefined) this.#post({ revealed: { place: place!, seq } })
  }

  #seqAt(place: number): number | undefined {
    return this.#alignment ? this.#alignment.seqAt(place) : this.#store.window(place, 1)[0]?.seq
  }

  #placeOf(to: RowTarget): number | undefined {
    if ('place' in to) return to.place
    if ('step' in to) return this.#stepped(to.step)
    if ('event' in to) return this.#eventFrom(to.event)
    const seq = this.#seqOf(to)
    return seq === undefined ? undefined : this.#placeOfRow(seq)
  }

  #seqOf(to: Extract<RowTarget, { seq: number } | { t: number } | { finding: true }>): number | undefined {
    if ('finding' in to) return nextFinding(this.#store, this.#selected)
    return 'seq' in to ? to.seq : this.#store.seqAt(to.t)
  }

  #placeOfRow(seq: number): number {
    return this.#alignment?.placeOf(seq) ?? this.#store.placeOf(seq)
  }

  #eventFrom(step: 1 | -1): number | undefined {
    if (this.#alignment) return this.#alignment.differenceFrom(this.#selectedPlace(-step), step)
    const seq = eventBeside(this.#store, this.#selected, step)
    return seq === undefined ? undefined : this.#store.placeOf(seq)
  }

  #stepped(step: number): number {
    const last = this.#total(this.#store.figures()) - 1
    return Math.max(0, Math.min(last, this.#selectedPlace(last - Math.sign(step)) + step))
  }

  #selectedPlace(otherwise: number): number {
    return this.#selected === undefined ? otherwise : this.#placeOfRow(this.#selected)
  }

  #ask(question: ServerQuestion, number: number): void {
    const told = (answer: ServerAnswer) => this.#post({ number, answer })
    this.#send(question, told, (failure) => this.#post({ number, failure }))
  }

  #send(question: ServerQuestion, done: (answer: ServerAnswer) => void, failed: (sentence: string) => void): void {
    const frame = this.#questions.ask(question, done, failed)
    if (!this.#connection?.send(frame)) this.#questions.lost()
  }

  #fetchEarlier(): void {
    const { firstSeq = 1 } = this.#store.figures()
    const from = Math.max(this.#firstOfServer, firstSeq - earlierRows)
    const told = ({ rows }: ServerAnswer) => {
      this.#store.prepend(rows.filter(({ seq }) => seq < firstSeq))
      this.#show()
    }
    this.#send({ rowsFrom: from, count: firstSeq - from }, told, () => {})
  }
}
