// `npm run measure`: figures of the sources, beside their limits. It prints and judges nothing.

import { runSource } from './run-source.mjs'

process.exitCode = await runSource('measure', 'test/laws/measure.ts')
