import type { ShardSnapshot } from '../metrics/snapshot.ts'

/** The newest snapshot of each incarnation of each shard. What comes late from a fenced incarnation is refused. */
export class SnapshotBook {
  readonly #newest = new Map<string, ShardSnapshot>()
  readonly #incarnations = new Map<number, number>()
  fenced = 0

  /** From now on older incarnations of the shard are refused. */
  fence(shard: number, incarnation: number): void {
    this.#incarnations.set(shard, Math.max(incarnation, this.#incarnations.get(shard) ?? 1))
  }

  add(snapshot: ShardSnapshot): void {
    const { shard, incarnation, number } = snapshot
    if (incarnation < (this.#incarnations.get(shard) ?? 1)) {
      this.fenced++
      return
    }
    const key = `${shard}/${incarnation}`
    const before = this.#newest.get(key)
    if (!before || before.number < number) this.#newest.set(key, snapshot)
  }

  last(shard: number, incarnation: number): ShardSnapshot | undefined {
    return this.#newest.get(`${shard}/${incarnation}`)
  }

  all(): readonly ShardSnapshot[] {
    return [...this.#newest.values()]
  }
}
