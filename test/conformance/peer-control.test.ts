import { afterEach, describe, expect, test } from 'vitest'
import { type BytePeer, startBytePeer } from '../../src/conformance/scripted-broker/byte-peer.ts'
import { PeerControl } from '../../src/conformance/scripted-broker/peer-control.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { PeerDifference } from '../../src/transcript/player/peer-difference.ts'
import { acquire, connect, type HostedModule, startModule } from '../support/module/module-host.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function started(): Promise<
  { control: PeerControl; peer: BytePeer; clock: ReturnType<typeof virtualClock> } & HostedModule
> {
  const clock = virtualClock()
  const peer = await startBytePeer()
  const hosted = await startModule()
  open.push(peer.stop, hosted.close)
  await acquire(hosted.host)
  return { ...hosted, peer, clock, control: new PeerControl(peer, clock) }
}

const connectBytes = '10 15 00 06 4d 51 49 73 64 70 03 02 00 3c 00 07 63 6c 69 65 6e 74 30'

describe('packets that the peer received', () => {
  test.each([
    [connectBytes, undefined],
    ['10 15 00 06 .. .. .. .. .. .. 03 *', undefined],
    ['10 15 00 06 4d 51 49 73 64 70 04 *', connectBytes],
    ['10 15', connectBytes],
  ])('%s', async (hex, got) => {
    const { control, host, peer } = await started()
    await connect(host, peer.address)
    const told = control.tell('got', { type: 'connect', hex })
    if (got === undefined) await told
    else await expect(told).rejects.toMatchObject({ expected: hex, got })
  })

  test('is waited for, and missed', async () => {
    const { control, clock } = await started()
    const told = inVirtualTime(clock, control.tell('got', { type: 'publish' }))
    await expect(told).rejects.toThrow(PeerDifference)
    await expect(told).rejects.toMatchObject({ reason: 'no PUBLISH came to the server' })
    expect(clock.now()).toBeGreaterThanOrEqual(10_000)
  })

  test('may be empty', async () => {
    const { control, host, peer } = await started()
    await control.tell('none', { type: 'connect' })
    await connect(host, peer.address)
    await expect(control.tell('none', { type: 'connect' })).rejects.toMatchObject({
      expected: 'no CONNECT',
      got: connectBytes,
    })
  })
})

test('each case begins with a peer that answers normally and has received nothing', async () => {
  const { control, host, peer } = await started()
  await control.tell('answer', { connack: 5 })
  await connect(host, peer.address, '60,1', 0, 31)
  control.startAfresh()
  expect(peer.packets).toEqual([])
  await connect(host, peer.address)
})

test.each([
  ['dance', {}, '@peer dance: a peer does answer, close, reset, send, message, got, none.'],
  ['send', { hex: 'xyz' }, '@peer send at "hex": '],
  ['answer', { conack: 5 }, '@peer answer: "conack" is unknown here.'],
  ['answer', [], '@peer answer: it must be a JSON object.'],
  ['got', { type: 'tea' }, '@peer got at "type": '],
])('@peer %s %j is refused in a sentence', async (name, parameters, sentence) => {
  const { control } = await started()
  await expect(control.tell(name, parameters)).rejects.toThrow(sentence)
})
