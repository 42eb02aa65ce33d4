// `npm run hostile -- [RUNS [SEED]]`: 100,000 runs of the driver against a hostile module, or so many; SEED is the first run's.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, root, tool } from './ensure.mjs'

const [runs = '100000', seed = '1'] = process.argv.slice(2)
for (const number of [runs, seed]) {
  if (/^[1-9]\d{0,8}$/.test(number)) continue
  console.error(`"${number}" is not a number: give the runs, and the seed of the first, as whole numbers from 1 on.`)
  process.exit(2)
}
ensureBuilt()
const result = spawnSync(tool('vitest'), ['run', 'test/driver/hostile.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ATMQTT_HOSTILE_RUNS: runs, ATMQTT_HOSTILE_SEED: seed },
})
process.exit(result.status ?? 1)
