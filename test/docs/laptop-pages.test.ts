import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../support/cli.ts'

describe.each(['windows', 'macos'])('docs/guide/%s.md', (name) => {
  const text = readFileSync(join(root, 'docs', 'guide', `${name}.md`), 'utf8')
  const claims = text.split('\n').filter((line) => line.startsWith('- '))

  test('each claim says whether it was tried', () => {
    expect(claims.length).toBeGreaterThan(3)
    for (const claim of claims)
      expect(claim).toMatch(/^- \*(Tested on Linux|Tested on Linux, not on macOS|Not tested):\* /)
  })

  test('it names first what it can not test', () => {
    expect(text.indexOf('what-it-cant-test')).toBeLessThan(text.indexOf('\n- '))
  })
})

test('the Dockerfile says that it was not built here', () => {
  expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/^# Not built here/)
})
