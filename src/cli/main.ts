#!/usr/bin/env node
import { endAtSignals } from './early-signals.ts'

endAtSignals()
try {
  const { runProcess } = await import('./program.ts')
  await runProcess()
} catch (error) {
  // Nothing of atmqtt could be loaded, as where a process may open no more files: this sentence needs none.
  process.stderr.write(`atmqtt: it can't be loaded (${error instanceof Error ? error.message : String(error)}).\n`)
  process.exitCode = 3
}
