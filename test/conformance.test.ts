import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../src/at/commands/profiles.ts'
import { type EmbeddedBroker, startBroker } from '../src/broker/embedded-broker.ts'
import { nodeClock } from '../src/io/clock-node.ts'
import { nodeDialer } from '../src/io/net/dialer-node.ts'
import { Module } from '../src/module/public.ts'
import { parseTranscript } from '../src/transcript/parse.ts'
import { type PlayOptions, playTranscript } from '../src/transcript/play.ts'
import { type BytePeer, startBytePeer } from './support/byte-peer.ts'
import { conformanceTexts } from './support/conformance.ts'
import { type Host, memoryHost, ptyHost, tcpHost } from './support/hosts.ts'
import { silentLog } from './support/silent-log.ts'

const transcripts = conformanceTexts().map(({ fileName, text }) => parseTranscript(text, fileName))
const folder = mkdtempSync(join(tmpdir(), 'atmqtt-conformance-'))
const dialer = nodeDialer({ clock: nodeClock })

let broker: EmbeddedBroker
let peer: BytePeer
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
  peer = await startBytePeer()
})
afterAll(async () => {
  await broker.close()
  await peer.stop()
  rmSync(folder, { recursive: true })
})

type Cut = NonNullable<PlayOptions['split']>
const whole: Cut = (bytes) => [bytes]
const bytewise: Cut = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))
/** Two pieces, before the byte `position` of everything that is sent. */
const cutAt =
  (position: number): Cut =>
  (bytes, offset) =>
    position > offset && position < offset + bytes.length
      ? [bytes.subarray(0, position - offset), bytes.subarray(position - offset)]
      : [bytes]

/** Plays to a fresh module; gives the number of bytes that were sent. */
async function play(transcript: (typeof transcripts)[number], host: Host, split: Cut): Promise<number> {
  const profile = profiles[transcript.profile ?? 'sim767x']!
  const module = new Module({ profile, clock: nodeClock, dialer, log: silentLog })
  module.attach(host.pipe, 'test')
  await host.open()
  let sent = 0
  const counted: Cut = (bytes, offset) => {
    sent = offset + bytes.length
    return split(bytes, offset)
  }
  const values = { broker: `127.0.0.1:${broker.port}`, peer: peer.address }
  try {
    await playTranscript(transcript, host, { clock: nodeClock, values, split: counted })
  } finally {
    await host.close()
    await module.close()
  }
  return sent
}

test('there is a transcript for each section', () => {
  const sections = Array.from({ length: 15 }, (_, i) => `2.2.${String(i + 1).padStart(2, '0')}`)
  const names = transcripts.map(({ fileName }) => fileName.split('/').at(-1)!.split('-')[0])
  expect(names).toEqual([...sections, '3.1', '3.5'])
})

describe.each(transcripts.map((transcript) => [transcript.fileName.split('/').at(-1)!, transcript] as const))(
  '%s',
  (_, transcript) => {
    test('in memory, whole and byte by byte', async () => {
      await play(transcript, memoryHost(), whole)
      await play(transcript, memoryHost(), bytewise)
    })

    test('in memory, cut in two at every byte', { timeout: 60_000 }, async () => {
      const length = await play(transcript, memoryHost(), whole)
      for (let position = 1; position < length; position++) await play(transcript, memoryHost(), cutAt(position))
    })

    test('over TCP, whole and a byte a write', async () => {
      await play(transcript, await tcpHost(), whole)
      await play(transcript, await tcpHost(), bytewise)
    })

    test('over a PTY, whole and a byte a write', async () => {
      await play(transcript, await ptyHost(join(folder, 'ttyAT')), whole)
      await play(transcript, await ptyHost(join(folder, 'ttyAT')), bytewise)
    })
  },
)
