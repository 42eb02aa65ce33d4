import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Profile, profiles } from '../../src/at/public.ts'
import { Faults, faultyDialer } from '../../src/faults/public.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { Module } from '../../src/module/public.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { playTranscript } from '../../src/transcript/player/play.ts'
import { memoryHost } from '../support/conformance/hosts.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { silentLog } from '../support/silent-log.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/**
 * What known clients send at start, to publish, to receive, and after a loss, re-enacted from what is told of them. An
 * answer for which a transcript gives no time has to come within that of its client, ms.
 */
const waits: Readonly<Record<string, number>> = { 'prompt-in-30ms': 30 }
const usualWaitMs = 50
/** These clients need the trait that lists before START. */
const listing: ReadonlySet<string> = new Set(['lists-clients-first', 'lists-connections-first'])

const folder = new URL('./', import.meta.url)
const clients = readdirSync(folder)
  .filter((file) => file.endsWith('.at'))
  .map((file) => file.replace('.at', ''))

function profileOf(client: string, name: string): Profile {
  const profile = profiles[name]!
  return listing.has(client) ? { ...profile, mqtt: { ...profile.mqtt, readsBeforeStart: 'list' } } : profile
}

async function run(client: string, timing: 'instant' | 'real', seed: number): Promise<MemoryServer> {
  const transcript = parseTranscript(readFileSync(new URL(`${client}.at`, folder), 'utf8'), `${client}.at`)
  const [clock, server, line] = [virtualClock(), new MemoryServer(), memoryHost()]
  server.passesOn = true
  const dialer = faultyDialer(server, clock)
  const profile = profileOf(client, transcript.profile!)
  const module = new Module({ profile, clock, dialer, log: silentLog, timing, seed })
  const faults = new Faults(module, { clock, log: silentLog, seed, dialer })
  // Long since booted and registered.
  clock.advance(60_000)
  faults.attach(line.moduleEnd, 'at0')
  const fault = (name: string) => void faults.start(name)
  const options = { clock, fault, values: { broker: 'broker.example:1883' }, timeoutMs: waits[client] ?? usualWaitMs }
  try {
    await inVirtualTime(clock, playTranscript(transcript, line.host, options), 1)
  } finally {
    await line.host.close()
    await module.close()
  }
  return server
}

test('there are thirteen', () => {
  expect(clients).toHaveLength(13)
})

test.each(clients)('%s, answered at once', async (client) => {
  const { published } = await run(client, 'instant', 0)
  expect(published.length).toBeGreaterThan(0)
})

test.each(clients)('%s, in real timing, with several seeds', async (client) => {
  for (const seed of [1, 2, 3, 4, 5]) await run(client, 'real', seed)
  const { published } = await run(client, 'real', 6)
  expect(published).toEqual((await run(client, 'instant', 0)).published)
})
