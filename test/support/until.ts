import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 2

/** Lets the event loop run until the condition holds and gives back what it returned; fails with `what` when it never does. */
export async function until<T>(condition: () => T, what: string, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`)
    await sleep(pollMs)
  }
}
