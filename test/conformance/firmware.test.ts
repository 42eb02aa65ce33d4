import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { skippingClock } from '../../src/io/runtime/clock-skipping.ts'
import { watchIdle } from '../../src/io/runtime/idle-watch.ts'
import { memoryLine } from '../../src/io/transports/memory.ts'
import { Module, type TimingMode } from '../../src/module/public.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import type { Transcript } from '../../src/transcript/language/transcript.ts'
import { playTranscript } from '../../src/transcript/player/play.ts'
import { conformanceTexts } from '../support/conformance/conformance.ts'
import { tagOf } from '../support/requirements/requirements.ts'

/** The start-ups of whole programs, one a file; each names a profile that the package has. */
const programs = conformanceTexts()
  .filter(({ fileName }) => fileName.startsWith('firmware-'))
  .map(({ fileName, text }) => parseTranscript(text, fileName))

let broker: EmbeddedBroker
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
})
afterAll(() => broker.close())

/** Plays to a module that has long since booted; gives its warnings. When all is quiet, time is skipped. */
async function warningsOf(transcript: Transcript, timing: TimingMode): Promise<readonly string[]> {
  const clock = skippingClock()
  const idle = watchIdle({ turns: 10, turnMs: 3 }, () => void clock.skip())
  const warnings: string[] = []
  const log = { log: (level: string, message: string) => void (level === 'warn' && warnings.push(message)) }
  const profile = profiles[transcript.profile!]!
  const module = new Module({ profile, clock, dialer: nodeDialer({ clock }), log, timing })
  module.observe({ line: idle.touch, connection: idle.touch })
  const line = memoryLine()
  module.attach(line.accepted, 'memory')
  try {
    await new Promise<void>((booted) => clock.after(60_000, booted))
    await playTranscript(transcript, line.dial(), { clock, values: { broker: `127.0.0.1:${broker.port}` } })
    return warnings
  } finally {
    idle.stop()
    await module.close()
  }
}

test('there are a dozen kinds, and each family has some', () => {
  expect(programs).toHaveLength(12)
  expect([...new Set(programs.map(({ profile }) => profile))].sort()).toEqual(['a76xx', 'sim7600', 'sim767x'])
})

describe.each(['instant', 'real'] as const)('with %s timing', (timing) => {
  test.each(programs.map((one) => [`${one.fileName}${tagOf(one.shows)}`, one] as const))('%s', async (_, one) => {
    for (const warning of await warningsOf(one, timing)) expect(warning).toContain('it was answered ERROR')
  })
})
