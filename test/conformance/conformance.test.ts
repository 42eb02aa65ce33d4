import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import type { Transcript } from '../../src/transcript/language/transcript.ts'
import { type BytePeer, startBytePeer } from '../support/byte-peer.ts'
import { type Line, memoryHost, ptyHost, tcpHost } from '../support/conformance/hosts.ts'
import { bytewise, type Cut, cutAt, play, transcripts, whole } from '../support/conformance/play.ts'
import { tagOf } from '../support/requirements/requirements.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-conformance-'))

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

const run = (transcript: Transcript, line: Line, cut: Cut): Promise<number> =>
  play(transcript, { line, cut, values: { broker: `127.0.0.1:${broker.port}`, peer: peer.address } })

test('there is a transcript for each section', () => {
  const sections = Array.from({ length: 15 }, (_, i) => `2.2.${String(i + 1).padStart(2, '0')}`)
  expect(transcripts.map(([section]) => section)).toEqual([...sections, '3.1', '3.2', '3.3', '3.4', '3.5'])
})

/** `conformance-tls.test.ts` plays them. */
const overTls = ['3.2', '3.3', '3.4']

const titled = transcripts
  .filter(([section]) => !overTls.includes(section))
  .map(([section, transcript]) => [`§${section}${tagOf(transcript.shows)}`, transcript] as const)

describe.each(titled)('%s', (_, transcript) => {
  test('in memory, whole and byte by byte', async () => {
    await run(transcript, memoryHost(), whole)
    expect(await run(transcript, memoryHost(), bytewise)).toBeGreaterThan(0)
  })

  test('in memory, cut in two at every byte', { timeout: 60_000 }, async () => {
    const length = await run(transcript, memoryHost(), whole)
    for (let position = 1; position < length; position++) await run(transcript, memoryHost(), cutAt(position))
  })

  test('over TCP, whole and a byte a write', async () => {
    await run(transcript, await tcpHost(), whole)
    await run(transcript, await tcpHost(), bytewise)
  })

  test('over a PTY, whole and a byte a write', async () => {
    await run(transcript, await ptyHost(join(folder, 'ttyAT')), whole)
    await run(transcript, await ptyHost(join(folder, 'ttyAT')), bytewise)
  })
})
