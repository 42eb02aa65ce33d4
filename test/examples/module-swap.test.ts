import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultProfile, profiles } from '../../src/at/profiles/profiles.ts'
import { endAll, root, runHere, watch } from '../support/cli.ts'
import { blocksOf, type Folder, projectFolder } from '../support/programs/example.ts'

const guide = 'docs/guide/module-swap.md'
const session = join(root, 'examples/module-swap/session.at')

let project: Folder
beforeAll(() => {
  project = projectFolder()
})
afterAll(() => {
  endAll()
  project.remove()
})

test('the session is what the default profile answers', async () => {
  expect((await runHere(['play', session, '--memory'])).code).toBe(0)
})

test('the guide shows what its command prints', async () => {
  const [command, ...more] = blocksOf(guide, 'sh')
  const [output] = blocksOf(guide, 'text')
  const shell = watch(spawn('sh', ['-c', command!], { cwd: project.folder }))
  expect([await shell.ended, more]).toEqual([0, []])
  expect(shell.out().replaceAll('node_modules/atmqtt/', '')).toBe(`${output}they differ\n`)
})

test('the guide counts right: commands of the session, and those that are answered differently', () => {
  const sent = readFileSync(session, 'utf8').match(/^> /gm)!.length
  const differing = blocksOf(guide, 'text')[0]!.match(/^ {4}sent {2}AT/gm)!.length
  const words = ['', '', '', '', '', 'five', 'six', 'seven']
  expect(readFileSync(join(root, guide), 'utf8')).toContain(
    `Of ${sent} commands ${words[differing]} are answered differently`,
  )
})

test.each(Object.keys(profiles).filter((name) => name !== defaultProfile.name))(
  'compare takes the profile %s',
  async (name) => {
    const swap = ['--memory', '--profile', defaultProfile.name, '--with', 'memory', '--with-profile', name]
    const { code, err } = await runHere(['compare', session, ...swap])
    expect([[0, 1].includes(code), err]).toEqual([true, ''])
  },
)
