import { endAtSignals } from './early-signals.ts'

/** What `main.ts` runs, compiled into one file: `program.ts` and all behind it, each part when it is asked for. */
export async function start(): Promise<void> {
  endAtSignals()
  const { runProcess } = await import('./program.ts')
  await runProcess()
}
