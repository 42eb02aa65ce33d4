#!/usr/bin/env node

try {
  const [, , first, second] = process.argv
  if (first === '--version' && second === undefined) (await import('./version.ts')).printVersion()
  else await (await import('./compiled.ts')).compiledStart()()
} catch (error) {
  // Nothing of atmqtt could be loaded, as where a process may open no more files: this sentence needs none.
  process.stderr.write(`atmqtt: it can't be loaded (${error instanceof Error ? error.message : String(error)}).\n`)
  process.exitCode = 3
}
