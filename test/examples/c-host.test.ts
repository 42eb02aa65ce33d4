import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { endAll, runHere, startModule, watch } from '../support/cli.ts'
import { copyExample, type Folder, make } from '../support/programs/example.ts'
import { ccMissing, titled } from '../support/programs/example-tools.ts'
import { until } from '../support/until.ts'

describe.skipIf(ccMissing)(titled('the host program in C', ccMissing), () => {
  let example: Folder
  beforeAll(() => {
    example = copyExample('c-host')
    make(example.folder)
  })
  afterAll(() => {
    endAll()
    example.remove()
  })

  test.each(Object.keys(profiles))('on the PTY of %s: online, lost with the network, online again', async (profile) => {
    const options = ['--profile', profile, '--pty', join(example.folder, `tty-${profile}`), '--no-tcp']
    const { ready, child, ended } = await startModule(...options, '--control', '127.0.0.1:0')
    const backend = await connectAsync(ready.broker!, { reconnectPeriod: 0 })
    const heard: string[] = []
    backend.on('message', (_, payload) => heard.push(`${payload}`.replace(/\d{15}/, 'IMEI')))
    await backend.subscribeAsync('meters/7/status')

    const address = ready.broker!.replace('mqtt:', 'tcp:')
    const host = watch(spawn(join(example.folder, 'status-host'), [ready.pty!, address, '60']))
    const said = (text: string) => until(() => host.out().replace(/\d{15}/g, 'IMEI') === text, `${text}${host.err()}`)
    await said('online as meter-IMEI\n')
    for (const state of ['down', 'up'])
      expect((await runHere(['ctl', 'network', state, '--control', ready.control!])).code).toBe(0)
    await said('online as meter-IMEI\nconnection lost\nonline as meter-IMEI\n')
    await until(() => heard.length === 3, 'what the backend hears')
    expect(heard).toEqual(['online meter-IMEI', 'offline meter-IMEI', 'online meter-IMEI'])

    await backend.endAsync(true)
    host.child.kill('SIGKILL')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('says how it is used, and ends with a module that is gone', async () => {
    const host = join(example.folder, 'status-host')
    const alone = watch(spawn(host, []))
    expect([await alone.ended, alone.err()]).toEqual([2, expect.stringMatching(/^usage: status-host DEVICE /)])
    const { ready, child } = await startModule('--pty', join(example.folder, 'tty-gone'), '--no-tcp')
    const started = watch(spawn(host, [ready.pty!, ready.broker!.replace('mqtt:', 'tcp:'), '60']))
    await until(() => started.out() !== '', started.err())
    child.kill('SIGKILL')
    expect(await started.ended).toBe(1)
  })
})
