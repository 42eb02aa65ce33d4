/** Blocks that the suite does not run: at most ten. `has` is a text that one block of the page has, and no other. */
export interface Exception {
  readonly page: string
  readonly has: string
  readonly reason: string
}

export const exceptions: readonly Exception[] = [
  {
    page: 'docs/guide/firmware-in-ci.md',
    has: 'qemu-system-arm',
    reason: 'Two options of a command whose machine and kernel are the reader’s.',
  },
  {
    page: 'docs/guide/firmware-in-ci.md',
    has: 'CreateServerSocketTerminal',
    reason: 'Lines of a Renode script; Renode is no package of Debian.',
  },
  {
    page: 'docs/guide/without-a-registry.md',
    has: 'npm run bundle',
    reason: 'Asks a registry for every dependency: tools/package/bundle.test.ts runs it.',
  },
  {
    page: 'docs/guide/without-a-registry.md',
    has: 'npm install --offline',
    reason: 'Installs what "npm run bundle" made: tools/package/bundle.test.ts does.',
  },
  {
    page: 'docs/guide/without-a-registry.md',
    has: 'docker build',
    reason: 'Needs Docker and an image from a registry; the page says that it was not built here.',
  },
  {
    page: 'docs/guide/pytest.md',
    has: 'pip install --no-index',
    reason: 'Installs the package, which is not on the registry yet: .ci/run installs both from the checkout.',
  },
  {
    page: 'docs/design/fuzzing.md',
    has: 'npm run fuzz',
    reason: 'Installs tools/fuzzing and fuzzes for minutes: .ci/run fuzzes each target.',
  },
  {
    page: 'docs/design/mutation.md',
    has: 'npm run mutate',
    reason: 'Installs tools/mutation and runs the tests for hours.',
  },
]

/** Pages whose blocks another test runs as they stand, and compares with what the page shows. */
export const runElsewhere: Readonly<Record<string, string>> = {
  'docs/guide/browser.md': 'test/driver/browser.test.ts',
  'docs/guide/explain.md': 'test/docs/explain-guide.test.ts',
  'docs/guide/late-offline.md': 'test/examples/late-offline.test.ts',
  'docs/guide/module-swap.md': 'test/examples/module-swap.test.ts',
  'docs/guide/pytest.md': 'python/tests/test_guide.py',
}
