import { computed, signal } from '@preact/signals'
import type { DeviceState } from '../../device-state.ts'
import type { CommandHelp, CompletionReply, ExportKind, FaultHelp, Hello, OperationHelp } from '../../protocol.ts'
import type {
  ConnectionState,
  FromWorker,
  RowRange,
  RowSelection,
  RowTarget,
  ServerAnswer,
  ServerQuestion,
  ToWorker,
  Window,
} from '../messages.ts'
import type { RowFilter } from '../store/filter.ts'
import type { Rates } from '../store/rates.ts'
import type { RowList } from '../timeline/row-list.ts'
import { type Address, addressFragment } from './address.ts'
import { OpenQuestions } from './open-questions.ts'
import { saveFile } from './save-file.ts'

export interface WorkerPort {
  postMessage(message: ToWorker): void
}

export type Menu = 'help' | 'export' | 'kinds'
type Theme = 'auto' | 'light' | 'dark'
const themes = ['auto', 'light', 'dark'] as const

/** What the page knows and what it can do; panes show it. */
export class ConsoleModel {
  readonly connection = signal<ConnectionState>('connecting')
  /** Why it is refused, or how it ended. */
  readonly sentence = signal('')
  readonly hello = signal<Hello | undefined>(undefined)
  readonly operations = signal<readonly OperationHelp[]>([])
  readonly faults = signal<readonly FaultHelp[]>([])
  readonly commands = signal<readonly CommandHelp[]>([])
  readonly window = signal<Window | undefined>(undefined)
  /** The device at the end of the timeline. */
  readonly now = signal<DeviceState | undefined>(undefined)
  readonly selection = signal<RowSelection | undefined>(undefined)
  readonly rates = signal<Rates | undefined>(undefined)
  readonly filter = signal<RowFilter>({})
  readonly isFollowing = signal(true)
  readonly isPaused = signal(false)
  /** Two files stand side by side. */
  readonly isAligned = signal(false)
  /** What was done last, for everybody and for screen readers. */
  readonly told = signal('')
  /** The rows stand in the page: there is no server. */
  readonly isFile = signal(false)
  /** The one that is open. */
  readonly menu = signal<Menu | undefined>(undefined)
  readonly theme = signal<Theme>('auto')
  readonly canDrive = computed(() => this.hello.value?.role === 'drive' && this.connection.value === 'open')
  /** As of the selected row, else as of the end. */
  readonly state = computed(() => (this.selection.value ? this.selection.value.state : this.now.value))
  list: RowList | undefined
  readonly #port: WorkerPort
  readonly #questions: OpenQuestions

  constructor(port: WorkerPort, filter: RowFilter) {
    this.#port = port
    this.#questions = new OpenQuestions((message) => port.postMessage(message))
    this.filter.value = filter
    port.postMessage({ filter })
  }

  receive(message: FromWorker): void {
    for (const [name, value] of Object.entries(message)) this.#receivers[name]?.(value as never, message as never)
  }

  readonly #receivers: Readonly<Record<string, (value: never, message: never) => void>> = {
    connection: (state: ConnectionState, { sentence = '' }: { sentence?: string }) => {
      this.connection.value = state
      this.sentence.value = sentence
    },
    hello: (hello: Hello) => {
      this.hello.value = hello
      // What is saved is read from its beginning.
      if (hello.source.kind === 'file') this.follow(false)
    },
    operations: (operations: readonly OperationHelp[]) => {
      this.operations.value = [...this.operations.value, ...operations]
    },
    faults: (faults: readonly FaultHelp[]) => {
      this.faults.value = [...this.faults.value, ...faults]
    },
    commands: (commands: readonly CommandHelp[]) => {
      this.commands.value = [...this.commands.value, ...commands]
    },
    window: (window: Window) => {
      this.window.value = window
      this.list?.show(window)
    },
    selection: (selection: RowSelection | undefined) => {
      this.selection.value = selection
      this.list?.mark(selection?.row)
      this.#keepAddress()
    },
    revealed: ({ place, seq }: { place: number; seq: number }) => {
      this.list?.reveal(place)
      this.select(seq)
    },
    state: (state: DeviceState) => {
      this.now.value = state
    },
    rates: (rates: Rates) => {
      this.rates.value = rates
    },
    answer: (answer: ServerAnswer, { number }: { number: number }) => this.#questions.answered(number, answer),
    failure: (sentence: string, { number }: { number: number }) => this.#questions.failed(number, sentence),
  }

  connect(url: string, token: string): void {
    this.#port.postMessage({ connect: { url, token } })
  }

  /** `frames`: a JSON array of what a server would send. */
  open(frames: string): void {
    this.isFile.value = true
    this.#port.postMessage({ file: frames })
  }

  setFilter(change: RowFilter): void {
    this.filter.value = { ...this.filter.value, ...change }
    this.#port.postMessage({ filter: this.filter.value })
    this.#keepAddress()
  }

  view(from: number | 'end', count: number): void {
    this.#port.postMessage({ view: { from, count } })
  }

  follow(isFollowing: boolean): void {
    this.isFollowing.value = isFollowing
    this.list?.follow(isFollowing)
  }

  align(isAligned: boolean): void {
    this.isAligned.value = isAligned
    this.follow(!isAligned && this.isFollowing.value)
    this.#port.postMessage({ align: isAligned })
  }

  pause(isPaused: boolean): void {
    this.isPaused.value = isPaused
    this.#port.postMessage({ pause: isPaused })
  }

  /** A row of a link, as soon as there are rows. */
  revealOnce(seq: number): void {
    const stop = this.window.subscribe((window) => {
      if (!window || window.figures.rows === 0 || (window.figures.lastSeq ?? 0) < seq) return
      queueMicrotask(() => stop())
      this.reveal({ seq })
    })
  }

  /** Somebody changed what stands behind the `#`. */
  setAddress({ filter, row }: Address): void {
    this.filter.value = filter
    this.#port.postMessage({ filter })
    if (row !== undefined) this.reveal({ seq: row })
  }

  async copy(text: string, what: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    this.told.value = `Copied: ${what}.`
  }

  copyLink(seq: number): Promise<void> {
    return this.copy(new URL(addressFragment({ filter: this.filter.value, row: seq }), location.href).href, 'the link')
  }

  copyLinkOfSelected(): void {
    const seq = this.selection.value?.row.seq
    if (seq !== undefined) void this.copyLink(seq)
  }

  async exportFile(kind: ExportKind, range: RowRange): Promise<void> {
    const made = await this.#exported(kind, range)
    if (!made) return
    saveFile(made.name, made.bytes)
    this.told.value = `Saved: ${made.name}.`
  }

  async copyReport(range: RowRange): Promise<void> {
    const made = await this.#exported('report', range)
    if (made) await this.copy(new TextDecoder().decode(made.bytes), 'the bug report, all secrets and contents left out')
  }

  async #exported(
    kind: ExportKind,
    range: RowRange,
  ): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> } | undefined> {
    try {
      const { done, parts } = await this.ask({ export: kind, ...range })
      return { name: String(done.name), bytes: Uint8Array.from(atob(parts), (c) => c.charCodeAt(0)) }
    } catch (error) {
      this.told.value = (error as Error).message
      return undefined
    }
  }

  /** One character a byte. */
  async bytesOf(seq: number): Promise<string> {
    return atob((await this.ask({ bytesOf: seq })).parts)
  }

  select(seq: number | undefined): void {
    this.#port.postMessage({ select: seq })
  }

  reveal(to: RowTarget): void {
    this.#port.postMessage({ reveal: to })
  }

  toEnd(): void {
    this.select(undefined)
    this.follow(true)
  }

  openMenu(menu: Menu): void {
    this.menu.value = menu
  }

  closeMenu(menu: Menu): void {
    if (this.menu.value === menu) this.menu.value = undefined
  }

  toggleMenu(menu: Menu, isOpen: boolean): void {
    if (isOpen) this.openMenu(menu)
    else this.closeMenu(menu)
  }

  /** Closes what is open, else leaves the row. */
  escape(): void {
    if (this.menu.value) this.menu.value = undefined
    else this.select(undefined)
  }

  nextTheme(): void {
    this.theme.value = themes[(themes.indexOf(this.theme.value) + 1) % themes.length]!
    document.documentElement.dataset.theme = this.theme.value
    this.told.value = `Colours: ${this.theme.value === 'auto' ? 'as the system has them' : this.theme.value}.`
  }

  earlier(): void {
    this.#port.postMessage({ earlier: true })
  }

  /** Throws the sentence of the server. */
  ask(question: ServerQuestion): Promise<ServerAnswer> {
    return this.#questions.ask(question)
  }

  /** Does an operation and says what came of it. */
  async act(operation: { readonly op: string; readonly [field: string]: unknown }, title: string): Promise<boolean> {
    try {
      await this.ask({ do: operation })
      this.told.value = `Done: ${title}.`
      return true
    } catch (error) {
      this.told.value = (error as Error).message
      return false
    }
  }

  /** Undefined: it can't be had. */
  complete(typed: string): Promise<CompletionReply | undefined> {
    return this.#asked<CompletionReply>({ complete: typed })
  }

  async retained(): Promise<readonly { topic: string; bytes: number; qos: number }[]> {
    const reply = await this.#asked<{ topics: readonly { topic: string; bytes: number; qos: number }[] }>({
      do: { op: 'retained' },
    })
    return reply?.topics ?? []
  }

  async #asked<T>(question: ServerQuestion): Promise<T | undefined> {
    try {
      return (await this.ask(question)).done as T
    } catch (error) {
      this.told.value = (error as Error).message
      return undefined
    }
  }

  #keepAddress(): void {
    const row = this.selection.value?.row.seq
    const fragment = addressFragment({ filter: this.filter.value, ...(row !== undefined && { row }) })
    history.replaceState(null, '', fragment || location.pathname)
  }
}
