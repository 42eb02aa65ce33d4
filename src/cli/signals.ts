/** A terminal sends Ctrl-C to the whole process group and a parent such as npm forwards it: the same signal may come twice. */
const sameSignalMs = 1000

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; one that comes more than a second later ends the process at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = Number.POSITIVE_INFINITY
    const asked = (signal: NodeJS.Signals): void => {
      if (performance.now() - first > sameSignalMs) process.exit(1)
      first = Math.min(first, performance.now())
      resolve(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked)
  })
}
