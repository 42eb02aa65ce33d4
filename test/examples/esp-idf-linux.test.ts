import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { endAll, start } from '../support/cli.ts'
import { copyExample, type Folder } from '../support/programs/example.ts'
import { ccMissing, titled } from '../support/programs/example-tools.ts'

const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror']
const sources = ['main.c', 'meter.c', 'modem_tcp.c'].map((name) => join('main', name))

describe.skipIf(ccMissing)(titled('the firmware for ESP-IDF’s target linux, as plain C', ccMissing), () => {
  let example: Folder
  beforeAll(() => {
    example = copyExample('esp-idf-linux')
    // What ESP-IDF brings: the program that starts the tasks.
    writeFileSync(join(example.folder, 'start.c'), 'void app_main(void);\nint main(void) { app_main(); }\n')
    execFileSync('cc', [...flags, '-o', 'meter', 'start.c', ...sources], { cwd: example.folder, stdio: 'pipe' })
  })
  afterAll(() => {
    endAll()
    example.remove()
  })

  const options = ['module', '--no-pty', '--tcp', '127.0.0.1:0', '--no-broker-tls']

  test.each(Object.keys(profiles))('connects and publishes through %s', async (profile) => {
    const command = ['--', join(example.folder, 'meter')]
    const module = start([...options, '--profile', profile, '--broker', '127.0.0.1:0', ...command])
    expect([await module.ended, module.out()]).toEqual([0, 'passed: the broker has acknowledged the reading\n'])
  })

  test('without a broker it fails', async () => {
    const env = { ATMQTT_BROKER: 'mqtt://127.0.0.1:1' }
    const module = start([...options, '--no-broker', '--', join(example.folder, 'meter')], env)
    expect([await module.ended, module.err()]).toEqual([1, expect.stringMatching(/^FAILED: the reading /m)])
  })
})
