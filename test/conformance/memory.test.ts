import { describe, expect, test } from 'vitest'
import { lineageOf, profiles } from '../../src/at/profiles/profiles.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { Module } from '../../src/module/public.ts'
import type { Transcript } from '../../src/transcript/language/transcript.ts'
import { playTranscript } from '../../src/transcript/player/play.ts'
import { memoryHost } from '../support/conformance/hosts.ts'
import { deviceTranscripts, transcripts } from '../support/conformance/play.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { silentLog } from '../support/silent-log.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

/** Every address is the server in memory. */
const address = 'broker.example:1883'
const values = { broker: address, peer: address, brokerTls: address, brokerMutual: address }

/** Plays once, to a fresh module, in virtual time. */
async function playInMemory(transcript: Transcript, profile: string): Promise<MemoryServer> {
  const [clock, server, line] = [virtualClock(), new MemoryServer(), memoryHost()]
  server.passesOn = true
  const certificates = memoryStore()
  const module = new Module({ profile: profiles[profile]!, clock, dialer: server, log: silentLog, certificates })
  module.attach(line.moduleEnd, 'test')
  try {
    await inVirtualTime(clock, playTranscript(transcript, line.host, { clock, values }))
  } finally {
    await line.host.close()
    await module.close()
  }
  return server
}

/** What the servers of the examples were sent, certificates aside: `conformance-tls.test.ts` verifies those. */
const published: Readonly<Record<string, readonly string[]>> = {
  '2.2.12': ['simcommsg simcom'],
}

describe('the sections of the note, once, in memory', () => {
  test.each(transcripts)('§%s', async (section, transcript) => {
    const server = await playInMemory(transcript, 'sim767x')
    if (published[section]) expect(server.published).toEqual(published[section])
  })
})

const stories = [...deviceTranscripts].filter(([, { profile }]) => profile === undefined).map(([name]) => name)

describe.each(Object.keys(profiles))('the stories of the device, once, in memory: %s', (profile) => {
  test.each(stories)('%s', async (story) => {
    const own = lineageOf(profile).flatMap((name) => deviceTranscripts.get(`${story}-${name}`) ?? [])
    await playInMemory(own[0] ?? deviceTranscripts.get(story)!, profile)
  })
})
