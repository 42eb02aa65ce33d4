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

/** So many units a second of this process's processor time, all its threads: what others do on the machine counts little. */
export async function rateByProcessor(units: number, batch: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await batch()
  const { user, system } = process.cpuUsage(before)
  return (units / (user + system)) * 1e6
}
