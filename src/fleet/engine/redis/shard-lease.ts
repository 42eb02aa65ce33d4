import { machineTime } from '../shard-messages.ts'
import { lease } from './run-keys.ts'

const checkMs = 200

/** Until when a worker may run a shard: Redis gives it to nobody else before. */
export class ShardLease {
  /** Of `machineTime`. */
  until = machineTime() + lease.lockMs - lease.marginMs
  readonly #timer: NodeJS.Timeout

  /** `lost`: it was not renewed in time. */
  constructor(lost: () => void) {
    this.#timer = setInterval(() => {
      if (machineTime() < this.until) return
      this.close()
      lost()
    }, checkMs)
  }

  /** Redis has renewed the lock; `askedAt`: when that was asked for, which was before it did. */
  renewed(askedAt: number): void {
    this.until = askedAt + lease.lockMs - lease.marginMs
  }

  /** Or about to be: the process of the modules ends by itself at its end. */
  get isOver(): boolean {
    return machineTime() >= this.until - checkMs
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
