#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) await import(main.href)
else {
  process.stderr.write(
    'atmqtt: this copy is not built, as npm leaves what it takes from Git while its scripts are off. ' +
      'Install it again with --ignore-scripts=false, or run "npm start" in a clone.\n',
  )
  process.exitCode = 3
}
