import type { StormSnapshot } from './snapshot.ts'
import { TimeHistogram } from './time-histogram.ts'

/** Of a module in a storm; else the time in ms between the storm's end and the module's connection. */
const spared = -4
/** Hit, and its connection was not lost (yet). */
const kept = -3
const lost = -2

/** When the modules that a storm hit were connected again. Four bytes a module. */
export class StormRecovery {
  private readonly name: string
  private readonly beganAt: number
  private endedAt: number | undefined
  private readonly modules: Float32Array
  /** Of modules whose connection was lost once. */
  private readonly everLost: Uint8Array
  private hit: number | undefined
  private snapshotBefore: StormSnapshot | undefined

  /** `up`: of each module, whether it is connected as the storm begins. */
  constructor(name: string, beganAt: number, up: Uint8Array) {
    this.name = name
    this.beganAt = beganAt
    this.modules = Float32Array.from(up, (isUp) => (isUp ? kept : lost))
    this.everLost = new Uint8Array(up.length)
  }

  /** A number says only how many it was to hit: those are then the ones whose connection is lost. */
  end(at: number, affected: readonly number[] | number): void {
    this.snapshotBefore = undefined
    this.endedAt = at
    if (typeof affected === 'number') this.hit = affected
    else this.spareAllBut(affected)
  }

  /** Its connection is lost: by the storm if it has had none since the storm began. */
  connectionLost(module: number): void {
    if (this.modules[module] !== kept && !this.isBackBeforeEnd(module)) return
    this.set(module, lost)
    this.everLost[module] = 1
  }

  connectUp(module: number, at: number): void {
    if (this.modules[module] === lost) this.set(module, Math.max(0, at - (this.endedAt ?? at)))
  }

  snapshot(): StormSnapshot {
    this.snapshotBefore ??= this.newSnapshot()
    return this.snapshotBefore
  }

  private newSnapshot(): StormSnapshot {
    const back = TimeHistogram.none()
    let affected = 0
    let everLost = 0
    this.modules.forEach((state, module) => {
      if (state === spared || (this.hit !== undefined && !this.everLost[module])) return
      affected++
      everLost += this.everLost[module]!
      if (state !== lost) back.record(Math.max(0, state))
    })
    const { name, beganAt, endedAt } = this
    const hit = Math.max(this.hit ?? 0, affected)
    return { name, beganAt, endedAt: endedAt ?? null, affected: hit, lost: everLost, back: back.encode() }
  }

  private isBackBeforeEnd(module: number): boolean {
    return this.endedAt === undefined && this.modules[module]! >= 0
  }

  private spareAllBut(affected: readonly number[]): void {
    const hit = new Set(affected)
    this.modules.forEach((_, module) => {
      if (!hit.has(module)) this.set(module, spared)
    })
  }

  private set(module: number, state: number): void {
    this.snapshotBefore = undefined
    this.modules[module] = state
  }
}
