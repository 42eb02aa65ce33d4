import type { DeviceState } from '../../device-state.ts'
import { patched } from '../../merge-patch.ts'
import type { StateAt, StateRow } from '../../protocol.ts'
import type { RowStore } from './row-store.ts'

/** The module at any row: whole states, and the changes that are rows. */
export class StateHistory {
  readonly #store: RowStore
  /** As JSON: a hundredth of what objects take. */
  #whole: { readonly seq: number; readonly json: string }[] = []
  #now: DeviceState = {}

  constructor(store: RowStore) {
    this.#store = store
  }

  /** In any order. */
  add({ seq, state }: StateAt): void {
    const at = this.#whole.findLastIndex((each) => each.seq <= seq)
    if (this.#whole[at]?.seq === seq) return
    this.#whole.splice(at + 1, 0, { seq, json: JSON.stringify(state) })
    if (at === this.#whole.length - 2) this.#now = state
  }

  change({ patch }: StateRow): void {
    this.#now = patched(this.#now, patch) as DeviceState
  }

  /** Of the live end. */
  get now(): DeviceState {
    return this.#now
  }

  /** As that row has left it; undefined: nothing is kept that tells. */
  at(seq: number): DeviceState | undefined {
    const whole = this.#whole.findLast((each) => each.seq <= seq)
    const { firstSeq } = this.#store.figures()
    if (!whole || firstSeq === undefined || whole.seq + 1 < firstSeq) return undefined
    const changes = this.#store.ofKind('state', whole.seq + 1, seq) as readonly StateRow[]
    return changes.reduce((state, { patch }) => patched(state, patch) as DeviceState, JSON.parse(whole.json))
  }

  clear(): void {
    this.#whole = []
    this.#now = {}
  }
}
