import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { isLeftOnPort, markedId } from '../../src/driver/client/options/client-id.ts'
import { connect } from '../../src/driver/node.ts'
import { ClientModule, heardOf } from '../support/driver/client-module.ts'
import { ClientRig } from '../support/driver/client-rig.ts'

/** A module with two lines, and a program on each. */
function twoPrograms() {
  const rig = new ClientRig()
  const { clock, module, line } = rig
  const second = new ClientModule({ clock, module, attach: (moduleEnd) => module.attach(moduleEnd, 'second') })
  const connect = (on: ClientModule, options: Parameters<ClientModule['connect']>[0]) => {
    const client = on.connect({ url: 'mqtt://server', ...options })
    return { client, heard: heardOf(client) }
  }
  return {
    rig,
    first: (options = {}) => connect(line, { clientId: 'first', ...options }),
    second: (options = {}) => connect(second, { url: 'mqtt://other', clientId: 'second', ...options }),
    lines: { first: line, second },
  }
}

/** Types on a line that nobody else has open. */
async function type(rig: ClientRig, ...lines: readonly string[]) {
  rig.line.end.open()
  for (const text of lines) rig.line.end.write(bytesOf(`AT+CMQTT${text}\r`))
  await rig.pass(2000)
  rig.line.end.close()
}

describe('two programs on two lines of a module', () => {
  test('use its two clients, and neither hears of the other', async () => {
    const { rig, first, second } = twoPrograms()
    const [a, b] = [first(), second()]
    expect(a.client.clientIndex).toBeUndefined()
    await rig.until(Promise.all([a.client.subscribeAsync('down', { qos: 1 }), b.client.subscribeAsync('x')]))
    expect([a.client.clientIndex, b.client.clientIndex].sort()).toEqual([0, 1])
    await rig.until(
      Promise.all([a.client.publishAsync('up', 'a', { qos: 1 }), b.client.publishAsync('up', 'b', { qos: 1 })]),
    )
    expect(rig.published).toEqual({ a: 1 })
    expect(Object.fromEntries(rig.other.received)).toEqual({ b: 1 })
    await rig.until(a.client.endAsync())
    await rig.until(b.client.publishAsync('up', 'b', { qos: 1 }))
    await rig.until(b.client.endAsync())
    expect([a.heard, b.heard]).toEqual([
      ['connect', 'close', 'end'],
      ['connect', 'close', 'end'],
    ])
    await rig.close()
  })

  test('one that is given an index takes that client over, and says so; the other one goes to the free one', async () => {
    const { rig, first, second } = twoPrograms()
    const a = first({ checkPeriod: 1000 })
    await rig.until(a.client.subscribeAsync('down', { qos: 1 }))
    const b = second({ clientIndex: 0 })
    await rig.until(b.client.subscribeAsync('x'))
    expect(b.heard).toEqual([
      'warning Client 0 of the module was taken over from "first", which was connected: clientIndex is 0.',
      'connect',
    ])
    await rig.when(() => a.client.connected && a.client.clientIndex === 1, 'on the other one')
    expect(a.heard).toEqual(['connect', 'offline', 'close', 'reconnect', 'connect'])
    await rig.pass(120_000)
    expect([a.client.connected, b.client.connected]).toEqual([true, true])
    await rig.until(Promise.all([a.client.endAsync(), b.client.endAsync()]))
    await rig.close()
  })

  test('one whose server is away takes nothing from the other one, however long that lasts', async () => {
    const { rig, first, second } = twoPrograms()
    const a = first()
    await rig.until(a.client.subscribeAsync('down', { qos: 1 }))
    rig.faults.start('connection-refused')
    const b = second()
    await rig.pass(1_200_000)
    expect(a.heard).toEqual(['connect'])
    rig.faults.stopAll()
    await rig.when(() => b.client.connected, 'connected')
    await rig.until(Promise.all([a.client.endAsync(), b.client.endAsync()]))
    await rig.close()
  })
})

describe('what is held already', () => {
  test('one client is held, though nobody may be there: the other one is used', async () => {
    const rig = new ClientRig()
    await type(rig, 'START', 'ACCQ=0,"dead",0', 'CONNECT=0,"tcp://other",60,1')
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.when(() => client.connected, 'connected')
    expect([client.clientIndex, heard]).toEqual([1, ['connect']])
    expect(rig.line.lines('+CMQTTREL')).toEqual([])
    await rig.until(client.endAsync())
    await rig.close()
  })

  test('both are held: the one that is not connected is taken over, and it says so', async () => {
    const rig = new ClientRig()
    await type(rig, 'START', 'ACCQ=0,"dead",0', 'CONNECT=0,"tcp://other",60,1', 'ACCQ=1,"other",0')
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.when(() => client.connected, 'connected')
    expect(client.clientIndex).toBe(1)
    expect(heard).toEqual([
      'warning Client 1 of the module was taken over from "other": both clients of the module are in use.',
      'connect',
    ])
    await rig.until(client.endAsync())
    await rig.close()
  })

  test('one is held by a program that had this port, under a client ID by chance: that one is taken over, and not the free one', async () => {
    const rig = new ClientRig()
    const left = markedId('atmqtt', 'line', '1')
    await type(rig, 'START', `ACCQ=1,"${left}",0`, 'CONNECT=1,"tcp://other",60,1')
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.when(() => client.connected, 'connected')
    expect(client.clientIndex).toBe(1)
    expect(heard).toEqual([
      `warning Client 1 of the module was taken over from "${left}", which was connected: a program that had this port has not ended it.`,
      'connect',
    ])
    await rig.until(client.endAsync())
    await rig.close()
  })

  test('a client ID by chance has the mark of its port, and another port has another one', () => {
    const idOn = (path: string) => {
      const client = connect({ path })
      client.end(true)
      return client.options.clientId as string
    }
    expect(idOn('tcp://127.0.0.1:1')).toMatch(/^atmqtt_\w{4}_[0-9a-f]{8}$/)
    expect(isLeftOnPort(idOn('tcp://127.0.0.1:1'), '127.0.0.1:1')).toBe(true)
    expect(isLeftOnPort(idOn('tcp://127.0.0.1:1'), '127.0.0.1:2')).toBe(false)
    expect(isLeftOnPort(idOn('/dev/ttyNONE'), '/dev/ttyNONE')).toBe(true)
  })

  test.each([
    ['acquired', [], []],
    [
      'connected',
      ['CONNECT=1,"tcp://other",60,1'],
      ['warning Client 1 of the module was taken over from "rig", which was connected: it has the same client ID.'],
    ],
  ])('an earlier run with the same client ID has left its client %s: it is used again', async (_, more, warnings) => {
    const rig = new ClientRig()
    await type(rig, 'START', 'ACCQ=1,"rig",0', ...more)
    const client = rig.connect()
    const heard = heardOf(client)
    await rig.when(() => client.connected, 'connected')
    expect(client.clientIndex).toBe(1)
    rig.line.unplug()
    await rig.when(() => heard.at(-1) === 'reconnect', 'the loss')
    await rig.when(() => client.connected, 'connected again')
    expect(heard).toEqual([...warnings, 'connect', 'offline', 'close', 'reconnect', 'connect'])
    await rig.until(client.endAsync())
    await rig.close()
  })
})
