import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requireBuild, root } from '../support/cli.ts'

const page = readFileSync(join(root, 'docs/guide/tests-in-memory.md'), 'utf8')
const blockOf = (language: string): string => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)![1]!

let folder: string
beforeAll(() => {
  requireBuild()
  // Within the package, so that `atmqtt` is the built package.
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache', 'rig-guide-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a text as the only test file of Vitest; gives its exit code and what it printed. */
function vitest(text: string) {
  writeFileSync(join(folder, 'sample.test.ts'), text)
  writeFileSync(join(folder, 'vitest.config.ts'), 'export default { test: { environment: "node" } }\n')
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [program, 'run', '--root', folder, '--config', join(folder, 'vitest.config.ts')]
  const env = { ...process.env, NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  return { status, printed: stdout + stderr }
}

describe('atmqtt/testing/vitest', () => {
  test('the sample is fifteen lines, and passes', () => {
    const sample = blockOf('ts')
    expect(sample.trimEnd().split('\n').length).toBeLessThanOrEqual(15)
    const { status, printed } = vitest(sample)
    expect(printed).toContain('1 passed')
    expect(status).toBe(0)
  })

  test('it can fail, and then the trace is printed', () => {
    const { status, printed } = vitest(blockOf('ts').replace("'acknowledged'", "'failed'"))
    expect(status).toBe(1)
    expect(printed).toContain('# atmqtt trace: seconds')
    expect(printed).toMatch(/driver < AT\+CMQTTTOPIC=0,5\\r/)
    expect(printed).toMatch(/mqtt:1 > PUBLISH .*topic="state" payload="online"/)
  })

  test('a test that passes prints no trace, and rigs of other options come with test.extend', () => {
    const { status, printed } = vitest(`import { test as rigTest } from 'atmqtt/testing/vitest'
const test = rigTest.extend({ rigOptions: { profile: 'a76xx' } })
test('the profile', async ({ rig, expect }) => {
  expect(rig.profile.name).toBe('a76xx')
  rig.send('AT')
  await rig.expect('OK')
})
`)
    expect([status, printed]).toEqual([0, expect.not.stringContaining('atmqtt trace')])
  })
})
