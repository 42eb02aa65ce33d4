import { afterAll, beforeAll, expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { type BytePeer, startBytePeer } from '../support/byte-peer.ts'
import { bytewise } from '../support/conformance/play.ts'
import { playCase, singleCases } from '../support/conformance/play-case.ts'
import { tagOf } from '../support/requirements/requirements.ts'

let broker: EmbeddedBroker
let peer: BytePeer
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
  peer = await startBytePeer()
})
afterAll(async () => {
  await broker.close()
  await peer.stop()
})

const values = () => ({ broker: `127.0.0.1:${broker.port}`, peer: peer.address })
const cases = singleCases()
const named = (one: (typeof cases)[number]) =>
  [`${one.about.fileName}:${one.about.line} ${one.about.title}${tagOf(one.about.shows)}`, one] as const

test('there are cases for every profile, and each shows something', () => {
  for (const profile of Object.keys(profiles))
    expect(cases.filter((one) => one.profiles.includes(profile)).length).toBeGreaterThan(100)
  expect(cases.filter(({ about }) => about.shows.length === 0).map(({ about }) => about.title)).toEqual([])
})

/** The suite plays them whole, in every profile; here each is played byte by byte in the first that it is for. */
test.each(cases.map(named))('%s', async (_, one) => {
  const profile = one.profiles[0]!
  expect(await playCase(one, { profile, cut: bytewise, values: values() })).toBeGreaterThan(0)
})
