import { takeSignals } from './early-signals.ts'
import { outputEnded } from './output.ts'

/** A terminal sends Ctrl-C to the whole process group and a parent such as npm forwards it: the same signal may come twice. */
const sameSignalMs = 1000

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP; one that comes more than a second later ends the process at once. Also
 * when nobody reads standard output any more: a program that prints has nothing to go on for.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = Number.POSITIVE_INFINITY
    takeSignals((signal) => {
      if (performance.now() - first > sameSignalMs) process.exit(1)
      first = Math.min(first, performance.now())
      resolve(signal)
    })
    void outputEnded.then(() => resolve('SIGTERM'))
  })
}
