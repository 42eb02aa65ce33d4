import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { endAll, requireBuild, root, watch } from '../support/cli.ts'

const page = readFileSync(join(root, 'docs/guide/from-a-program.md'), 'utf8')
const programs = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code!)

beforeAll(requireBuild)
afterEach(endAll)

test('the guide has programs', () => expect(programs.length).toBeGreaterThan(1))

test.each(programs)('a program of the guide runs to its end: %s', async (code) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: root })
  const program = watch(child)
  expect([await program.ended, program.err()]).toEqual([0, ''])
})
