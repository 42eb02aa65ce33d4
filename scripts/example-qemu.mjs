// `npm run example:qemu`: examples/qemu with what is built here. Not in `npm test`: it boots a machine, and may fetch a
// kernel of 27 MB.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureRunnable, root } from './ensure.mjs'

ensureRunnable()
const env = { ...process.env, ATMQTT: `node ${join('dist', 'cli', 'main.js')}` }
const script = join('examples', 'qemu', 'run.sh')
const { status } = spawnSync('sh', [script], { cwd: root, stdio: 'inherit', env })
process.exit(status ?? 1)
