// `npm run fleet -- failures [ROUNDS [SEED]]`: runs of a fleet in which a process of modules, a worker, a controller and Redis
// are killed in turn, at random moments, then a worker stopped and Redis away for longer than a lease; 12 rounds of half a
// minute, or so many.
// `npm run fleet -- namespaces [short]`: a run on three hosts, as network namespaces, one killed and one cut off; root alone
// may make them, and where nobody may it says so.
// `npm run fleet -- size [NAME [MODULES]]`: what docs/design/fleet-size.md tells, against mosquitto; without a name it lists them.
import { ensureBuilt } from './ensure.mjs'
import { runSource } from './run-source.mjs'

const [what, first = what === 'failures' ? '12' : '', ...rest] = process.argv.slice(2)
const [seed = String(1 + (Date.now() % 1_000_000_000))] = rest
const isRight =
  (what === 'failures' && [first, seed].every((text) => /^[1-9]\d{0,8}$/.test(text))) ||
  (what === 'size' && /^[a-z]*$/.test(first) && /^[1-9]\d{0,5}$/.test(rest[0] ?? '1')) ||
  (what === 'namespaces' && ['', 'short'].includes(first))
if (!isRight) {
  console.error(
    'npm run fleet: give "failures [ROUNDS [SEED]]" with whole numbers from 1 on, "namespaces [short]" or "size NAME [MODULES]".',
  )
  process.exit(2)
}
ensureBuilt()
if (what === 'failures') process.stdout.write(`${first} rounds, seed ${seed}\n`)
process.exitCode = await runSource('fleet', 'test/fleet/failures/main.ts', [
  what,
  first,
  what === 'size' ? (rest[0] ?? '') : seed,
])
