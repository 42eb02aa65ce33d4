import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { endAll, start, watch } from '../support/cli.ts'
import { blocksOf, copyExample, type Folder, make, projectFolder } from '../support/programs/example.ts'
import { cxxMissing, titled } from '../support/programs/example-tools.ts'

describe.skipIf(cxxMissing)(titled('Arduino code on a TCP socket', cxxMissing), () => {
  let example: Folder
  let project: Folder
  beforeAll(() => {
    example = copyExample('arduino-native')
    project = projectFolder()
    make(example.folder)
  })
  afterAll(() => {
    endAll()
    example.remove()
    project.remove()
  })

  const options = ['module', '--no-pty', '--tcp', '127.0.0.1:0', '--no-broker-tls']
  const program = () => `${example.folder}/meter-test`

  test.each(Object.keys(profiles))('connects and publishes through %s', async (profile) => {
    const module = start([...options, '--profile', profile, '--broker', '127.0.0.1:0', '--', program()])
    expect([await module.ended, module.out()]).toEqual([0, 'passed: the broker has acknowledged the reading\n'])
  })

  test.each(['a76xx', 'sim767x'])('without a broker it fails: %s', async (profile) => {
    const env = { ATMQTT_BROKER: 'mqtt://127.0.0.1:1' }
    const module = start([...options, '--profile', profile, '--no-broker', '--', program()], env)
    expect([await module.ended, module.err()]).toEqual([
      1,
      expect.stringMatching(/^FAILED: the meter did not connect$/m),
    ])
  })

  test('the commands of its page', async () => {
    const [block] = blocksOf('examples/arduino-native/README.md', 'sh')
    const shell = watch(spawn('sh', ['-c', block!], { cwd: project.folder }))
    expect([await shell.ended, shell.out()]).toEqual([0, expect.stringMatching(/^passed: /m)])
  })
})
