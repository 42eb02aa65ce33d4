import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ccMissing } from '../../test/support/programs/example-tools.ts'
import { installed, start } from './installed.ts'

/** The guide of the installed package. */
const guide = readFileSync(join(installed, 'node_modules', 'atmqtt', 'docs', 'guide', 'late-offline.md'), 'utf8')
const [red, green] = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!)

test.skipIf(ccMissing)('the host program in C: the test of the guide is red, and green with the fix', () => {
  expect(start('sh', ['-c', red!]).out).toMatch(/^FAILED: the meter is online, .*\nexit code 1\n$/m)
  expect(start('sh', ['-c', green!]).out).toMatch(/^passed: .*\nexit code 0\n$/m)
})
