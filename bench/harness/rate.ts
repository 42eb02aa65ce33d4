const warmUpMs = 500
const measureMs = 1000

/** Calls `batch` for a while and says how many units a second it did; a batch returns its units. */
export function rateOf(batch: () => number): number {
  spin(batch, warmUpMs)
  return spin(batch, measureMs)
}

/** `rateOf` for batches that wait for something. A process that mostly waits takes longer to warm up. */
export async function rateOfAsync(batch: () => Promise<number>, warmUp = warmUpMs): Promise<number> {
  await spinAsync(batch, warmUp)
  return spinAsync(batch, measureMs)
}

function spin(batch: () => number, forMs: number): number {
  const start = performance.now()
  let units = 0
  let elapsed = 0
  do {
    units += batch()
    elapsed = performance.now() - start
  } while (elapsed < forMs)
  return (units / elapsed) * 1000
}

async function spinAsync(batch: () => Promise<number>, forMs: number): Promise<number> {
  const start = performance.now()
  let units = 0
  let elapsed = 0
  do {
    units += await batch()
    elapsed = performance.now() - start
  } while (elapsed < forMs)
  return (units / elapsed) * 1000
}

/** For how long, ms. */
export interface Times {
  readonly warmUp: number
  readonly measure: number
}

/** Counts what arrives by itself: `rate` settles when enough time has gone by. */
export class Meter {
  readonly rate: Promise<number>
  readonly #times: Times
  #settle: (rate: number) => void = () => {}
  #start = Number.NaN
  #warm = false
  #units = 0

  constructor(times: Times = { warmUp: warmUpMs, measure: measureMs }) {
    this.#times = times
    this.rate = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** So many more have arrived. Looks at the clock: not for every single one. */
  add(units: number): void {
    const now = performance.now()
    if (Number.isNaN(this.#start)) this.#start = now
    this.#units += units
    const elapsed = now - this.#start
    if (this.#warm && elapsed >= this.#times.measure) this.#settle((this.#units / elapsed) * 1000)
    else if (!this.#warm && elapsed >= this.#times.warmUp) this.#restart(now)
  }

  #restart(now: number): void {
    this.#warm = true
    this.#start = now
    this.#units = 0
  }
}
