import { concat, empty } from '../at/syntax/bytes.ts'
import type { FaultyConnection, FaultyDialer } from '../io/net/faulty-dialer.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import { type InjectedDefect, type ModuleStep, step } from '../module/public.ts'

type Touch = () => void

const mostDue = 65_536

/** A tap that tells, once, when what it passes on is not what it took, or comes later; what it keeps counts as long as it does. */
export class WatchedTap implements Tap {
  readonly #tap: Tap
  readonly #touch: Touch
  /** Was taken, and is not passed on yet. */
  #due: Uint8Array = empty
  #taking = false
  #told = false

  constructor(tap: Tap, touch: Touch) {
    this.#tap = tap
    this.#touch = touch
  }

  take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void {
    if (this.#told) return this.#tap.take(bytes, pass)
    this.#due = concat([this.#due, bytes])
    if (this.#due.length > mostDue) this.#tell()
    this.#taking = true
    this.#tap.take(bytes, (passed) => {
      this.#compare(passed)
      pass(passed)
    })
    this.#taking = false
  }

  held(): number {
    return this.#tap.held?.() ?? 0
  }

  get keeps(): boolean {
    return this.#due.length > 0
  }

  #compare(passed: Uint8Array): void {
    if (this.#told) return
    const isSame = this.#taking && passed.every((byte, i) => byte === this.#due[i])
    this.#due = isSame ? this.#due.subarray(passed.length) : empty
    if (!isSame) this.#tell()
  }

  #tell(): void {
    this.#told = true
    this.#due = empty
    this.#touch()
  }
}

/** A dialer that tells when a rule decides a dial, and when a connection is tampered with. */
export const watchedDialer = (dialer: FaultyDialer, touch: Touch): FaultyDialer => ({
  dial: (options, events) => dialer.dial(options, events),
  rule: (rule) =>
    dialer.rule((options) => {
      const verdict = rule(options)
      if (verdict) touch()
      return verdict
    }),
  onConnection: (listener) => dialer.onConnection(listener),
  connections: () => dialer.connections().map((link) => watchedLink(link, touch)),
})

const watchedLink = (link: FaultyConnection, touch: Touch): FaultyConnection => ({
  tap: (direction, tap) => link.tap(direction, tap),
  position: (direction) => link.position(direction),
  inject(bytes) {
    touch()
    link.inject(bytes)
  },
  cut(seen) {
    touch()
    link.cut(seen)
  },
  drained: () => link.drained(),
})

/** Whether a step came to something else because of a defect. */
export function actsIn(defect: InjectedDefect, { config, now, before, input, effects }: ModuleStep): boolean {
  if (input.type === 'defects' || !before.defects.includes(defect)) return false
  const same = JSON.stringify(defect)
  const defects = before.defects.filter((each) => JSON.stringify(each) !== same)
  return JSON.stringify(step(config, { ...before, defects }, input, now).effects) !== JSON.stringify(effects)
}
