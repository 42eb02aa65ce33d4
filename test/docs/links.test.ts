import { describe, expect, test } from 'vitest'
import { brokenLinks, isPacked, markdownPages, missingPaths } from '../support/markdown.ts'

describe('every relative link leads to a file and an anchor that are there, in the package too', () => {
  test.each(markdownPages())('%s', (path) => {
    expect(brokenLinks(path)).toEqual([])
  })
})

describe('every file and folder that a page names is there', () => {
  test.each(markdownPages().filter((path) => path !== 'CHANGELOG.md'))('%s', (path) => {
    expect(missingPaths(path)).toEqual([])
  })
  test('one that is not there is found', () => {
    expect(missingPaths('docs/page.md', '`src/at/public.ts`, `src/at/none.ts`, `src/NAME.ts`')).toEqual([
      'src/at/none.ts',
    ])
  })
})

test('the pages that count are among those that are read', () => {
  expect(markdownPages()).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/reference/cli.md']))
})

describe('a link that is wrong is found', () => {
  test.each([
    ['a file that is not there', '[x](reference/nothing.md)', 'leads nowhere'],
    ['a path out of the repository', '[x](../../other.md)', 'leads nowhere'],
    ['a folder', '[x](reference)', 'leads to a folder'],
    ['a file that is not packed', '[x](../package-lock.json)', 'leads to a file that is not in the package'],
    ['an anchor that is not there', '[x](reference/cli.md#nothing)', 'names an anchor that is not there'],
    ['an anchor of the page itself', '# Here\n\n[x](#there)', 'names an anchor that is not there'],
  ])('%s', (_, text, problem) => {
    expect(brokenLinks('docs/page.md', text)).toEqual([expect.stringContaining(problem)])
  })

  test('what is right, code, and addresses are not', () => {
    const text = '# A `b`, c\n\n[1](#a-b-c) [2](reference/cli.md#atmqtt-play) [3](https://x.test/y) `[4](z)`\n'
    expect(brokenLinks('docs/page.md', text)).toEqual([])
  })

  test('tests are not in the package, docs are', () => {
    expect([isPacked('test/docs/links.test.ts'), isPacked('docs/reference/cli.md'), isPacked('README.md')]).toEqual([
      false,
      true,
      true,
    ])
  })
})
