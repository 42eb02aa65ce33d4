import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { Faults, faultyDialer } from '../../src/faults/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { listenTcp } from '../../src/io/transports/tcp.ts'
import { paced } from '../../src/io/wrappers/paced.ts'
import { Module } from '../../src/module/public.ts'
import { silentLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

const opened: Module[] = []
afterEach(() => Promise.all(opened.splice(0).map((module) => module.close())))

/** A module on a TCP port of its own. */
async function onTcp(slow: boolean) {
  const dialer = faultyDialer(nodeDialer({ clock: nodeClock }), nodeClock)
  const module = new Module({ profile: profiles.sim767x!, clock: nodeClock, dialer, log: silentLog })
  opened.push(module)
  const faults = new Faults(module, { clock: nodeClock, log: silentLog, seed: 1, dialer })
  const port = await listenTcp({ host: '127.0.0.1', port: 0 })
  const uart = { baud: 921_600, clock: nodeClock, log: silentLog }
  faults.attach(slow ? paced(port, uart) : port, 'tcp')
  return { module, port: port.port }
}

/** Types something, waits for the last line of an answer, and goes. */
async function visit(port: number, typed: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port })
  await once(socket, 'connect')
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1')
  })
  socket.write(typed)
  await until(() => /OK\r\n$/.test(heard), `the answer to ${typed}`)
  socket.end()
  await once(socket, 'close')
  return heard
}

test.each([false, true])(
  'the next program on a TCP port repeats nothing with A/, as slow as a UART: %s [line-69]',
  async (slow) => {
    const { module, port } = await onTcp(slow)
    expect(await visit(port, 'AT+CMEE=0;+CMEE?\r')).toContain('+CMEE: 0')
    await until(() => !module.state().lines[0]!.hasHost, 'gone')
    expect(await visit(port, 'A/')).toBe('A/\r\nOK\r\n')
  },
)
