import { setTimeout as sleep } from 'node:timers/promises'

export interface Fleet {
  readonly clients: number
  /** So many connect at a time; divides `clients`. */
  readonly wave: number
  /** Gives what has to stay in memory. */
  connect(id: number): Promise<unknown>
}

/** What `clients` of them add to the RSS that a first one leaves. */
export async function kilobytesPerClient({ clients, wave, connect }: Fleet): Promise<number> {
  const all: unknown[] = [await connect(0)]
  const before = await settledRss()
  for (let id = 1; id <= clients; id += wave)
    all.push(...(await Promise.all(Array.from({ length: wave }, (_, i) => connect(id + i)))))
  const rss = (await settledRss()) - before
  if (all.length !== clients + 1) throw new Error(`${all.length} clients`)
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
