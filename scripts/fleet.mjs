// `npm run fleet -- failures [ROUNDS [SEED]]`: runs of a fleet in which a process of modules, a worker, a controller and Redis
// are killed in turn, at random moments; 12 rounds of half a minute, or so many.
// `npm run fleet -- namespaces [short]`: a run on three hosts, as network namespaces, one killed and one cut off; root alone
// may make them, and where nobody may it says so.
import { ensureBuilt } from './ensure.mjs'
import { runSource } from './run-source.mjs'

const [what, first = what === 'failures' ? '12' : '', seed = String(1 + (Date.now() % 1_000_000_000))] =
  process.argv.slice(2)
const isRight =
  (what === 'failures' && [first, seed].every((text) => /^[1-9]\d{0,8}$/.test(text))) ||
  (what === 'namespaces' && ['', 'short'].includes(first))
if (!isRight) {
  console.error('npm run fleet: give "failures [ROUNDS [SEED]]" with whole numbers from 1 on, or "namespaces [short]".')
  process.exit(2)
}
ensureBuilt()
if (what === 'failures') process.stdout.write(`${first} rounds, seed ${seed}\n`)
process.exitCode = await runSource('fleet', 'test/fleet/failures/main.ts', [what, first, seed])
