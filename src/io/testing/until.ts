import { setImmediate as turn } from 'node:timers/promises'

/** Lets the event loop turn until the condition holds; fails after `boundMs`. */
export async function until(condition: () => boolean, boundMs = 8000): Promise<void> {
  const end = performance.now() + boundMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${boundMs} ms: ${condition}`)
    await turn()
  }
}
