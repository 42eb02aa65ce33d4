import { describe, expect, test } from 'vitest'
import { exportedNameLaw } from './exported-names.ts'
import { missingTargets } from './import-law.ts'
import { tableLaw } from './laws.ts'
import { brokenBy, type Planted } from './planted.ts'
import { parseSource } from './source.ts'
import { unusedExceptions } from './world-law.ts'

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

describe('the checker finds in several files', () => {
  test.each<readonly [string, Planted, string]>([
    [
      'a way to Node',
      {
        'faults/x.ts': "import { a } from '../io/a.ts'",
        'io/a.ts': "export * from './b.ts'",
        'io/b.ts': "import { connect } from 'node:net'",
      },
      'faults/x.ts runs in a browser and leads to Node: io/a.ts → io/b.ts → node:net',
    ],
    [
      'a type that is of Node',
      {
        'module/step.ts': "import type { NodeDialer } from '../io/net/dialer-node.ts'",
        'io/net/dialer-node.ts': "import { connect } from 'node:net'",
      },
      'module/step.ts imports a type from io/net/dialer-node.ts, which uses Node',
    ],
    [
      'two files that import each other',
      { 'at/a.ts': "import { b } from './b.ts'", 'at/b.ts': "import { a } from './a.ts'" },
      'an import cycle: at/a.ts → at/b.ts → at/a.ts',
    ],
    [
      "two files that import each other's types",
      { 'at/a.ts': "import type { B } from './b.ts'", 'at/b.ts': "import type { A } from './a.ts'" },
      'an import cycle: at/a.ts → at/b.ts → at/a.ts',
    ],
    [
      'a cycle of three, and who hangs on to it',
      {
        'at/a.ts': "import './b.ts'\nimport './d.ts'",
        'at/b.ts': "import './c.ts'",
        'at/c.ts': "export type A = import('./a.ts').A",
        'at/d.ts': "import './b.ts'",
      },
      'an import cycle: at/a.ts → at/b.ts → at/c.ts → at/a.ts; also part of it: at/d.ts',
    ],
    ['a file that imports itself', { 'at/a.ts': "export * from './a.ts'" }, 'an import cycle: at/a.ts → at/a.ts'],
    [
      'a cycle of what tests share',
      { 'at/testing.ts': "import './testing/b.ts'", 'at/testing/b.ts': "import '../testing.ts'" },
      'an import cycle: at/testing.ts → at/testing/b.ts → at/testing.ts',
    ],
    [
      'a name of a value and of a type',
      { 'at/a.ts': 'export const whole = 1', 'io/b.ts': 'type whole = 1\nexport type { whole }' },
      'whole is declared and exported by at/a.ts, io/b.ts',
    ],
    [
      'a name that a list gives, and one that is taken apart',
      { 'at/a.ts': 'const a = 1\nexport { a as b }', 'at/c.ts': 'export const { d: [b] } = given' },
      'b is declared and exported by at/a.ts, at/c.ts',
    ],
    [
      'a name that a re-export gives',
      { 'at/a.ts': "export { a as b } from './x.ts'", 'at/c.ts': 'export const b = 1' },
      'b is declared and exported by at/a.ts, at/c.ts',
    ],
    [
      'a name that a re-export of everything gives',
      { 'at/a.ts': "export * as b from './x.ts'", 'at/c.ts': 'export const b = 1' },
      'b is declared and exported by at/a.ts, at/c.ts',
    ],
    ...['export default 1', 'export default function f() {}', 'const a = 1; export { a as default }'].map(
      (text) =>
        [
          `a default export: ${text}`,
          { 'at/a.ts': text },
          'at/a.ts has a default export: every importer would name it anew',
        ] as const,
    ),
    ...['let count = 0', 'export let count = 0', 'var count = 0'].map(
      (text) =>
        [
          `state of a file: ${text}`,
          { 'module/line/x.ts': text },
          "module/line/x.ts keeps state in count, outside the module's state",
        ] as const,
    ),
    ...["'sim7600'", "'A7670C-LASL'", '/^SIM767/', '`SIM7600`', 'profiles.a76xx'].map(
      (text) =>
        [
          `a firmware: ${text}`,
          { 'module/handlers/x.ts': `const old = b === ${text}` },
          `module/handlers/x.ts names a firmware: ${text.replace('profiles.', '')}`,
        ] as const,
    ),
    [
      'a folder that is too large',
      Object.fromEntries(Array.from({ length: 26 }, (_, i) => [`at/syntax/f${i}.ts`, ''])),
      'at/syntax/ has 26 source files, more than 25',
    ],
    ['a file that is too long', { 'at/x.ts': '\n'.repeat(301) }, 'at/x.ts has 301 lines, more than 300'],
    [
      'a function that branches too often',
      { 'at/x.ts': `function f(a) {\n${many(15, (i) => `if (a === ${i}) return ${i}; `)}\n}` },
      'at/x.ts: f has a cyclomatic complexity of 16, more than 15',
    ],
    [
      'a large switch',
      { 'at/x.ts': `const f = (a) => {\nswitch (a) { ${many(15, (i) => `case ${i}: return ${i}; `)} }\n}` },
      'at/x.ts: f has a cyclomatic complexity of 16, more than 15',
    ],
    [
      'functions that are long in the middle',
      { 'at/x.ts': many(10, (i) => `function f${i}() {\n\n\n\n\n\n}\n`) },
      'half of all functions have 7 lines or more, the limit is 6',
    ],
    [
      'functions of which too many are long',
      {
        'at/x.ts':
          many(8, (i) => `function f${i}() {\n}\n`) + many(2, (i) => `function g${i}() {${'\n'.repeat(14)}}\n`),
      },
      'a tenth of all functions have 15 lines or more, the limit is 14',
    ],
  ])('%s', (_, planted, sentence) => {
    expect(brokenBy(planted)).toEqual([sentence])
  })
})

test('the list of names that two files export is checked', () => {
  const sources = ['at/a.ts', 'io/b.ts'].map((path) => parseSource({ path, text: 'export const concat = 1' }))
  expect(exportedNameLaw(sources, { concat: 'each has a reason' })).toEqual([])
  expect(exportedNameLaw(sources, { concat: ' ' })).toEqual([
    'concat is on the list of names that two files export without a reason',
  ])
  expect(exportedNameLaw([], { concat: 'a reason' })).toEqual([
    'concat is on the list of names that two files export, and is not exported twice',
  ])
  expect(exportedNameLaw([], Object.fromEntries([...'abcdef'].map((name) => [name, 'a reason']))).at(-1)).toBe(
    'the list of names that two files export has more than five',
  )
})

test('an import of a file that is not there is found', () => {
  const source = parseSource({ path: 'at/a.ts', text: "import './b.ts'\nimport '../../test/c.ts'" })
  expect(missingTargets([source])).toEqual(['at/a.ts imports at/b.ts, which is not there'])
  expect(missingTargets([source, parseSource({ path: 'at/b.ts', text: '' })])).toEqual([])
})

test('an exception of law 2 that nothing needs is found, and one without a reason', () => {
  const sources = [parseSource({ path: 'at/a.ts', text: 'console.log(1)' })]
  expect(unusedExceptions(sources, { 'at/a.ts': { console: 'a reason' } })).toEqual([])
  expect(unusedExceptions(sources, { 'at/a.ts': { console: '', fetch: 'a reason' } })).toEqual([
    'at/a.ts has an exception for console without a reason',
    'at/a.ts has an exception for fetch and does not use it',
  ])
})

test('a file that the table names and that is not there is found', () => {
  expect(tableLaw([])).toContain('io/stream.ts stands in the table and is not there')
  expect(tableLaw([parseSource({ path: 'io/stream.ts', text: '' })])).not.toContain(
    'io/stream.ts stands in the table and is not there',
  )
})
