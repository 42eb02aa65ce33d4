// `npm run explain:score`: how well explain finds causes, hand-written, generated and clean logs; writes docs/explain-score.md.

import { join } from 'node:path'
import { root } from './ensure.mjs'
import { runSource } from './run-source.mjs'

process.exitCode = await runSource('explain-score', 'test/explain/score/main.ts', [
  join(root, 'docs', 'explain-score.md'),
])
