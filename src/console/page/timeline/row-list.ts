import type { TimelineRow } from '../../protocol.ts'
import type { RowPair, Window } from '../messages.ts'
import { isAt, isMqtt, shownKind } from '../store/stored-row.ts'
import { kindTitle, laneText, later, seconds } from './row-words.ts'

export const rowHeight = 22
/** Beyond, browsers lose pixels: the scroll bar then stands for more rows than pixels. */
const tallest = 8_000_000

const longPauseMs = 2000

export interface RowListHandlers {
  /** The rows that are in view have changed. */
  view(from: number | 'end', count: number): void
  follow(isFollowing: boolean): void
  select(seq: number): void
}

/** The rows of the timeline: some dozens of elements that are used again for whatever is in view. */
export class RowList {
  readonly #scroller: HTMLElement
  readonly #spacer: HTMLElement
  readonly #layer: HTMLElement
  readonly #handlers: RowListHandlers
  #rows: RowElement[] = []
  #window: Window | undefined
  #isFollowing = true
  #ownTop = -1
  /** A place that stays in view when the room changes, until somebody scrolls. */
  #kept: number | undefined
  #selected: number | undefined
  #chain: number | undefined
  #frame = 0

  constructor(scroller: HTMLElement, handlers: RowListHandlers) {
    this.#scroller = scroller
    this.#handlers = handlers
    this.#spacer = scroller.appendChild(element('div', 'spacer', 'presentation'))
    this.#layer = this.#spacer.appendChild(element('div', 'layer', 'rowgroup'))
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true })
    this.#layer.addEventListener('click', (event) => this.#clicked(event))
    new ResizeObserver(() => this.#resized()).observe(scroller)
  }

  /** Whole rows that fit. */
  get page(): number {
    return Math.max(1, Math.floor(this.#scroller.clientHeight / rowHeight))
  }

  show(window: Window): void {
    this.#window = window
    this.#frame ||= requestAnimationFrame(() => this.#draw())
  }

  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing
    if (!isFollowing) return
    this.#kept = undefined
    this.#ask()
  }

  mark(selected: TimelineRow | undefined): void {
    this.#selected = selected?.seq
    this.#chain = selected?.chain
    for (const row of this.#rows) row.mark(this.#selected, this.#chain)
    const isInView = this.#rows.some(({ seq }) => seq === this.#selected)
    if (isInView) this.#scroller.setAttribute('aria-activedescendant', `row-${this.#selected}`)
    else this.#scroller.removeAttribute('aria-activedescendant')
  }

  /** Scrolls as little as it takes, or to the middle if that place is far. */
  reveal(place: number): void {
    this.#kept = place
    this.#isFollowing = false
    this.#handlers.follow(false)
    const first = this.#firstPlace()
    if (place >= first && place < first + this.page) return
    const isNear = Math.abs(place - first) < this.page * 2
    const to = isNear ? (place < first ? place : place - this.page + 1) : place - (this.page >> 1)
    this.#scroller.scrollTop = this.#topOf(Math.max(0, to))
    this.#ownTop = this.#scroller.scrollTop
    this.#ask()
  }

  #draw(): void {
    this.#frame = 0
    const window = this.#window!
    this.#spacer.style.height = `${this.#height()}px`
    if (window.pairs) this.#fillPairs(window.pairs, window.from)
    else this.#fill(window)
    this.#scroller.setAttribute('aria-rowcount', String(window.total))
    if (this.#isFollowing) this.#toEnd()
    this.#layer.style.transform = `translateY(${this.#offset()}px)`
    this.mark(this.#selected === undefined ? undefined : this.#marked())
  }

  #marked(): TimelineRow {
    return { seq: this.#selected, chain: this.#chain } as TimelineRow
  }

  #fill(window: Window): void {
    this.#recycle(window)
    const { rows, from } = window
    for (const [at, row] of this.#rows.entries()) row.fill(rows[at], from + at + 1, rows[at - 1])
  }

  #fillPairs(pairs: readonly RowPair[], from: number): void {
    while (this.#rows.length < pairs.length) this.#rows.push(new RowElement(this.#layer))
    for (const [at, row] of this.#rows.entries()) row.fillPair(pairs[at], from + at + 1)
  }

  /** Rows that stay in view keep their elements, so that the order in the document is that of the rows. */
  #recycle({ rows }: Window): void {
    while (this.#rows.length < rows.length) this.#rows.push(new RowElement(this.#layer))
    const first = this.#rows.findIndex(({ seq }) => seq !== undefined && seq === rows[0]?.seq)
    if (first > 0) for (const row of this.#rows.splice(0, first)) this.#rows.push(row.moveTo(this.#layer, 'end'))
    const last = first < 0 ? rows.findIndex(({ seq }) => seq === this.#rows[0]?.seq) : -1
    if (last > 0)
      for (const row of this.#rows.splice(-last).reverse()) this.#rows.unshift(row.moveTo(this.#layer, 'start'))
  }

  #toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight
    this.#ownTop = this.#scroller.scrollTop
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller
    if (Math.abs(scrollTop - this.#ownTop) < 1) return
    this.#ownTop = -1
    this.#kept = undefined
    const isAtEnd = this.#selected === undefined && scrollTop + clientHeight >= scrollHeight - rowHeight / 2
    if (isAtEnd !== this.#isFollowing) {
      this.#isFollowing = isAtEnd
      this.#handlers.follow(isAtEnd)
    }
    this.#ask()
  }

  #resized(): void {
    if (this.#kept !== undefined) this.reveal(this.#kept)
    this.#ask()
  }

  #ask(): void {
    this.#handlers.view(this.#isFollowing ? 'end' : this.#firstPlace(), this.page + 2)
  }

  #clicked({ target }: Event): void {
    const row = (target as Element).closest('[role=row]')
    const found = this.#rows.find(({ element }) => element === row)
    const seq = (target as Element).matches('.mqtt') ? (found?.right ?? found?.seq) : found?.seq
    if (seq !== undefined) this.#handlers.select(seq)
  }

  #height(): number {
    return Math.min((this.#window?.total ?? 0) * rowHeight, tallest)
  }

  /** Rows that one pixel of the scroll bar stands for, as a share of a row's height. */
  #scale(): number {
    const total = this.#window?.total ?? 0
    const room = this.#scroller.clientHeight
    const isScaled = total * rowHeight > tallest
    return isScaled ? (total * rowHeight - room) / (tallest - room) : 1
  }

  #firstPlace(): number {
    return Math.max(0, Math.floor((this.#scroller.scrollTop * this.#scale()) / rowHeight))
  }

  #topOf(place: number): number {
    return (place * rowHeight) / this.#scale()
  }

  /** Where the first row that was given stands below the top of what is in view. */
  #offset(): number {
    const { from, total, pairs } = this.#window!
    const { length } = pairs ?? this.#window!.rows
    const room = this.#scroller.clientHeight
    if (total * rowHeight <= room) return 0
    if (this.#isFollowing || from + length === total) {
      const isEnd = this.#scroller.scrollTop + room >= this.#scroller.scrollHeight - 1
      if (isEnd) return room - length * rowHeight
    }
    return -((this.#scroller.scrollTop * this.#scale()) % rowHeight)
  }
}

class RowElement {
  readonly element: HTMLElement
  readonly #cells: readonly [HTMLElement, HTMLElement, HTMLElement]
  #chain: number | undefined
  seq: number | undefined
  /** Of the second file, side by side. */
  right: number | undefined

  constructor(layer: HTMLElement) {
    this.element = layer.appendChild(element('div', 'row', 'row'))
    const cell = (name: string) => this.element.appendChild(element('span', name, 'gridcell'))
    this.#cells = [cell('time'), cell('at'), cell('mqtt')]
  }

  moveTo(layer: HTMLElement, end: 'start' | 'end'): this {
    if (end === 'end') layer.append(this.element)
    else layer.prepend(this.element)
    return this
  }

  fill(row: TimelineRow | undefined, index: number, before: TimelineRow | undefined): void {
    this.element.hidden = row === undefined
    if (row && (row.seq !== this.seq || this.element.dataset.lane === 'pair')) this.#write(row)
    this.seq = row?.seq
    this.right = undefined
    this.#markPause(row && before ? row.t - before.t : 0)
    this.element.setAttribute('aria-rowindex', String(index))
  }

  /** The time since the row above, where it is long. */
  #markPause(ms: number): void {
    if (ms >= longPauseMs) this.element.dataset.pause = later(ms)
    else delete this.element.dataset.pause
  }

  fillPair(pair: RowPair | undefined, index: number): void {
    const { left, right, same } = pair ?? { same: true }
    const [time, first, second] = this.#cells
    this.element.hidden = pair === undefined
    this.seq = left?.seq ?? right?.seq
    this.right = right?.seq
    this.#chain = left?.chain
    this.element.id = `row-${this.seq}`
    this.element.dataset.lane = 'pair'
    this.element.dataset.kind = same ? 'same' : 'differs'
    time.textContent = left ? seconds(left.t) : ''
    first.textContent = left ? laneText(left) : ''
    second.textContent = right ? laneText(right) : ''
    this.element.setAttribute('aria-rowindex', String(index))
  }

  #write(row: TimelineRow): void {
    const [time, at, mqtt] = this.#cells
    const text = laneText(row)
    this.#chain = row.chain
    this.element.id = `row-${row.seq}`
    this.element.dataset.kind = shownKind(row)
    this.element.dataset.lane = isAt(row) ? 'at' : isMqtt(row) ? 'mqtt' : 'both'
    time.textContent = seconds(row.t)
    at.textContent = isMqtt(row) ? '' : text
    at.title = isMqtt(row) ? '' : kindTitle(row)
    mqtt.textContent = isMqtt(row) ? text : ''
  }

  mark(selected: number | undefined, chain: number | undefined): void {
    const isSelected = this.seq !== undefined && this.seq === selected
    this.element.setAttribute('aria-selected', String(isSelected))
    this.element.classList.toggle('chained', chain !== undefined && this.#chain === chain)
  }
}

function element(name: 'div' | 'span', className: string, role: string): HTMLElement {
  const made = document.createElement(name)
  made.className = className
  made.setAttribute('role', role)
  return made
}
