import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { endAll, root, start } from '../support/cli.ts'
import { pytestMissing, titled } from '../support/programs/example-tools.ts'

const file = join(root, 'examples', 'zephyr', 'pytest', 'test_modem.py')
const pytest = ['-B', '-m', 'pytest', '-p', 'no:cacheprovider', '-q', '-s']

afterEach(endAll)

describe.skipIf(pytestMissing)(titled('the file for Twister’s pytest harness', pytestMissing), () => {
  test('is collected', () => {
    const { status, stdout } = spawnSync('/usr/bin/python3', [...pytest, '--collect-only', file], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, expect.stringContaining('test_modem.py::test_the_meter_comes_online')])
  })

  test('attaches the PTY of a UART to the module, with a stand-in for native_sim', async () => {
    const options = ['module', '--no-pty', '--tcp', '127.0.0.1:0', '--no-broker', '--profile', 'a76xx']
    const command = ['--', '/usr/bin/python3', ...pytest, '-p', 'native_sim_stand_in', file]
    const module = start([...options, ...command], { PYTHONPATH: join(root, 'test', 'examples') })
    expect([await module.ended, module.out()]).toEqual([0, expect.stringContaining('online through A7670E-FASE')])
    expect(module.out()).toContain('1 passed')
  })
})
