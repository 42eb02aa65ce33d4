import { setTimeout as sleep } from 'node:timers/promises'

export interface Fleet {
  readonly clients: number
  /** So many connect at a time; divides `clients`. */
  readonly wave: number
  /** So many are there before: what a process grows by once, whatever their number, is not counted. */
  readonly first?: number
  /** Gives what has to stay in memory. */
  connect(id: number): Promise<unknown>
}

/** What `clients` of them add to the RSS that the first leave. */
export async function kilobytesPerClient({ clients, wave, first = 1, connect }: Fleet): Promise<number> {
  const all: unknown[] = []
  const grow = async (to: number) => {
    while (all.length < to) {
      const id = all.length
      all.push(...(await Promise.all(Array.from({ length: Math.min(wave, to - id) }, (_, i) => connect(id + i)))))
    }
  }
  await grow(first)
  const before = await settledRss()
  await grow(first + clients)
  const rss = (await settledRss()) - before
  if (all.length !== first + clients) throw new Error(`${all.length} clients`)
  return rss / clients / 1000
}

/** After about this long without work V8 gives back what its young generation grew by; idle clients are meant. */
const idleMs = 1500

async function settledRss(): Promise<number> {
  if (!globalThis.gc) throw new Error('memory is measured with --expose-gc')
  for (let i = 0; i < 4; i++) {
    await sleep(idleMs)
    globalThis.gc()
  }
  return process.memoryUsage.rss()
}
