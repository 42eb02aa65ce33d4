import { expect, test } from 'vitest'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { startBytePeer } from '../support/byte-peer.ts'
import { acquire, connect, startModule } from '../support/module/module-host.ts'
import { packetType } from '../support/mqtt-bytes.ts'
import { until } from '../support/until.ts'

/** Coverage that goes silent: registered, and nothing comes through. */
async function hosted(lookup?: () => Promise<readonly string[]>) {
  const clock = virtualClock()
  const started = await startModule({ clock, ...(lookup && { lookup }) })
  await acquire(started.host, 0, '"optimeout",0,20')
  return { clock, ...started }
}

test('a look-up under way when it begins ends at its limit: 25', async () => {
  const { clock, host, module, close } = await hosted(() => new Promise(() => {}))
  await host.says('AT+CMQTTCONNECT=0,"tcp://slow.example",60,1', 'OK')
  module.network('silent')
  clock.advance(20_000)
  await host.expectLines('+CMQTTCONNECT: 0,25')
  await close()
})

test('a dial that begins in it ends at its limit: 3, a name 25 [conn-42]', async () => {
  const { clock, host, module, close } = await hosted()
  module.network('silent')
  await host.says('AT+CMQTTCONNECT=0,"tcp://127.0.0.1:1",60,1', 'OK')
  clock.advance(19_999)
  await host.expectQuiet()
  clock.advance(1)
  await host.expectLines('+CMQTTCONNECT: 0,3')
  await host.says('AT+CMQTTCONNECT=0,"tcp://a.example",60,1', 'OK')
  clock.advance(20_000)
  await host.expectLines('+CMQTTCONNECT: 0,25')
  await close()
})

test('TCP that comes up in it is not seen: CONNECT ends at a limit all the same', async () => {
  const peer = await startBytePeer()
  const { clock, host, module, close } = await hosted()
  await host.says(`AT+CMQTTCONNECT=0,"tcp://${peer.address}",60,1`, 'OK')
  module.network('silent')
  await until(() => peer.connections === 1, 'TCP')
  for (let i = 0; i < 10; i++) clock.advance(20_000)
  await host.expectMatch(/\r\n\+CMQTTCONNECT: 0,(3|17)\r\n/)
  await close()
  await peer.stop()
})

test('what was sent in it arrives when it is over [conn-42]', async () => {
  const peer = await startBytePeer()
  const { host, module, close } = await hosted()
  await connect(host, peer.address)
  module.network('silent')
  await host.data('AT+CMQTTTOPIC=0,1', 't')
  await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
  expect(peer.packets).toHaveLength(1)
  module.network('up')
  await until(() => peer.packets.at(-1)?.type === packetType.publish, 'PUBLISH')
  await close()
  await peer.stop()
})

test('DISC in it: the broker gets nothing before it is over, not even FIN', async () => {
  const peer = await startBytePeer()
  const { host, module, close } = await hosted()
  await connect(host, peer.address)
  module.network('silent')
  await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
  module.network('up')
  await until(() => peer.packets.at(-1)?.type === packetType.disconnect, 'DISCONNECT')
  await close()
  await peer.stop()
})
