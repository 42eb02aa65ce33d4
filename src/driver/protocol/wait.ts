import type { Clock } from '../../io/runtime/runtime.ts'

export const wait = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

/** Asks again and again until there is an answer or the time is over; then undefined. */
export async function poll<T>(
  clock: Clock,
  { everyMs, timeoutMs }: { readonly everyMs: number; readonly timeoutMs: number },
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.now() + timeoutMs
  for (;;) {
    const found = await ask()
    if (found !== undefined || clock.now() + everyMs > deadline) return found
    await wait(clock, everyMs)
  }
}

/** Resolves when the promise has settled, or after `ms`: whether it has. */
export function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false))
    const settled = () => {
      cancel()
      resolve(true)
    }
    promise.then(settled, settled)
  })
}
