// `npm run soak -- console [MINUTES]`: a console at 200 rows a second with its page in Chromium, for an hour or so many minutes.
// `npm run soak -- [MESSAGES]`: the storm in front of mosquitto with 10,000 messages each way and QoS, or so many; and the
// driver's gateway of a day with as many messages.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'

if (process.argv[2] === 'console') soakConsole(process.argv[3] ?? '60')
const [messages = '10000'] = process.argv.slice(2)
if (!/^[1-9]\d{0,6}$/.test(messages)) {
  console.error(`"${messages}" is not a number of messages: give a whole number from 1 to 9999999.`)
  process.exit(2)
}
ensureBuilt()
const result = spawnSync(
  tool('vitest'),
  ['run', 'test/faults/storm-mosquitto.test.ts', 'test/driver/gateway.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ATMQTT_STORM_MESSAGES: messages, ATMQTT_GATEWAY_MESSAGES: messages },
  },
)
process.exit(result.status ?? 1)

function soakConsole(minutes) {
  if (!/^[1-9]\d{0,2}$/.test(minutes)) {
    console.error(`"${minutes}" is not a number of minutes: give a whole number from 1 to 999.`)
    process.exit(2)
  }
  ensureBuilt()
  ensureTools('browser')
  const env = { ...process.env, ATMQTT_CONSOLE_SOAK_MINUTES: minutes }
  const { status } = spawnSync(tool('vitest'), ['run', 'test/console/soak.test.ts'], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  process.exit(status ?? 1)
}
