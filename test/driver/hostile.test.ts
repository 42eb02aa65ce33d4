import { expect, test } from 'vitest'
import { Modem } from '../../src/driver/commands/modem.ts'
import { maxBuffered } from '../../src/driver/protocol/most-buffered.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { ScriptedPort } from '../support/driver/scripted-port.ts'
import { foes } from '../support/hostile/foes.ts'
import { hostileRun } from '../support/hostile/hostile-run.ts'
import { hostileRuns, type Tally } from '../support/hostile/hostile-runs.ts'

const asked = process.env.ATMQTT_HOSTILE_RUNS
const runs = Number(asked ?? 300)
const firstSeed = Number(process.env.ATMQTT_HOSTILE_SEED ?? 1)

let tally: Tally

/**
 * Each run is a program that connects, subscribes and publishes, by the typed modem or by the client, on virtual time.
 * A run fails when something has not settled though nothing is left to wait for, or not within two hours; when it
 * settles with an error that no program is told to expect; when the driver keeps more of what was said than
 * `maxBuffered`, or a timer after it was ended; when `end` takes longer than two minutes.
 */
test('a hostile module: whatever it says, everything settles and what is kept is bounded', async () => {
  const began = performance.now()
  tally = await hostileRuns(runs, firstSeed)
  if (asked !== undefined) console.log({ seconds: Math.round((performance.now() - began) / 1000), ...tally })
  expect(tally.runs).toBe(runs)
  expect(tally.peak).toBeLessThanOrEqual(maxBuffered)
}, 3_600_000)

test.skipIf(runs < 300)('the runs cover every foe, every outcome, messages and damage', () => {
  expect(Object.keys(tally.foes).sort()).toEqual(Object.keys(foes).sort())
  for (const outcome of ['ok', 'MqttError', 'CmeError', 'RefusedError', 'UnknownOutcomeError', 'ClientError'])
    expect(tally.outcomes[outcome]).toBeGreaterThan(0)
  expect(tally.messages).toBeGreaterThan(50)
  expect(tally.damaged).toBeGreaterThan(50)
  expect(tally.peak).toBeGreaterThan(60_000)
})

test('a response that does not end is kept up to a bound', async () => {
  const port = new ScriptedPort()
  const { chat } = new Modem({ port, clock: virtualClock() })
  const answer = chat.exchange({ line: 'AT+X', name: '+X', information: 'any', finalMs: 1000 })
  for (let said = 0; said < 4_000_000; said += 4002) {
    port.say(`${'y'.repeat(4000)}\r\n`)
    expect(chat.buffered).toBeLessThanOrEqual(maxBuffered)
  }
  expect(chat.buffered).toBeGreaterThan(250_000)
  port.say('\r\nOK\r\n')
  expect(await answer).toMatchObject({ kind: 'ok', lines: { length: 65 } })
  expect(chat.buffered).toBe(0)
})

test('the same seed gives the same run', async () => {
  for (const foe of Object.keys(foes)) expect(await hostileRun(7, foe)).toEqual(await hostileRun(7, foe))
})
