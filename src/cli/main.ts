#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

process.exitCode = await runCommandLine(process.argv.slice(2))
// A listener that is still open must not keep an ended program alive; what was printed leaves first.
process.stdout.write('', () => process.exit())
