import { describe, expect, test } from 'vitest'
import { openHoles } from '../language/conditions.ts'
import { parseTranscript } from '../language/parse.ts'
import { type CaseResult, countResults, runTranscripts, type Target } from './run.ts'
import { manualClock, scripted } from './testing.ts'

const ok = '\r\nOK\r\n'

function target(about: Partial<Target> = {}, answers: readonly string[] = [ok, ok, ok]) {
  const opened: string[] = []
  const injected: string[] = []
  let closed = 0
  const given: Target = {
    kind: 'virtual',
    capabilities: [],
    values: { broker: 'b:1' },
    open: async ({ fileName }) => {
      opened.push(fileName)
      return {
        stream: scripted(answers),
        fault: (name) => void injected.push(name),
        close: async () => void closed++,
      }
    },
    ...about,
  }
  return { given, opened, injected, closed: () => closed }
}

const run = (texts: readonly string[], given: Target) =>
  runTranscripts(
    texts.map((text, i) => parseTranscript(text, `${i}.at`)),
    given,
    { clock: manualClock() },
  )

const shown = ({ fileName, line, title, outcome }: CaseResult) =>
  `${fileName}:${line} ${title} ${outcome.kind}${outcome.kind === 'skipped' ? `: ${outcome.reason}` : ''}`

describe('a run', () => {
  test('a failure ends its file, not the run; every line is closed', async () => {
    const { given, opened, closed } = target()
    const results = await run(['# one\n> A\n< NO', '# two\n> A\n< OK'], given)
    expect(results.map(shown)).toEqual(['0.at:1 one failed', '1.at:1 two passed'])
    expect(countResults(results)).toEqual({ passed: 1, failed: 1, skipped: 0 })
    expect(opened).toEqual(['0.at', '1.at'])
    expect(closed()).toBe(2)
  })

  test('tells when a file begins and what came of its cases, with section and grade', async () => {
    const told: unknown[] = []
    await runTranscripts(
      [parseTranscript('# t\n@cite §1\n> A\n< OK\n@begin b\n@grade chosen\n> B\n< OK\n@end', 'x.at')],
      target().given,
      { clock: manualClock() },
      {
        started: ({ fileName }) => told.push(fileName),
        result: ({ title, cite, grade }) => told.push([title, cite, grade]),
      },
    )
    expect(told).toEqual(['x.at', ['t', '§1', undefined], ['b', '§1', 'chosen']])
  })

  test('a case shows what it says, once; one that receives nothing shows nothing', async () => {
    const text = '@shows a-1 a-1\n> A\n< OK\n@begin b\n@shows b-1\n> B\n@end\n@begin c\n> C\n@shows c-1\n~ OK\n@end'
    const results = await run([text], target({}, [ok, '', ok]).given)
    expect(results.map(({ shows, outcome }) => [outcome.kind, shows])).toEqual([
      ['passed', ['a-1']],
      ['passed', []],
      ['passed', ['c-1']],
    ])
  })

  test('an error other than a mismatch ends the run, and closes the line', async () => {
    const { given, closed } = target()
    await expect(run(['> {nobody}'], given)).rejects.toThrow('there is no value for {nobody}')
    expect(closed()).toBe(1)
  })

  test('passes faults on', async () => {
    const { given, injected } = target({ capabilities: ['fault'] })
    await run(['@fault drop\n> A\n< OK'], given)
    expect(injected).toEqual(['drop'])
  })
})

describe('skipped cases and their reasons', () => {
  test.each([
    ['@profile a b\n> A\n< OK', { profile: 'c' }, 'is for a, b; this is c'],
    ['@only hardware\n> A\n< OK', {}, 'is for hardware only'],
    ['@needs x broker y\n> A\n< OK', { capabilities: ['x'] }, 'needs broker, y'],
    ['> "{broker}"\n< OK', {}, 'needs broker'],
    ['> "{brokerTls}" {brokerMutual} {peer}\n< OK', {}, 'needs tls, mutual-tls, peer'],
    ['@fault drop\n> A\n< OK', {}, 'needs fault'],
  ])('%j', async (text, about, reason) => {
    const { given, opened } = target(about)
    expect(await run([text], given)).toMatchObject([{ outcome: { kind: 'skipped', reason } }])
    expect(opened).toEqual([])
  })

  test.each([
    ['@profile a b\n> A\n< OK', { profile: 'b' }],
    ['@profile a\n> A\n< OK', {}],
    ['@only hardware\n> A\n< OK', { kind: 'hardware' as const }],
    ['@needs x broker\n> "{broker}"\n< OK', { capabilities: ['x', 'broker'] }],
  ])('%j is played', async (text, about) => {
    expect(await run([text], target(about).given)).toMatchObject([{ outcome: { kind: 'passed' } }])
  })

  test('a block alone, the rest of its file goes on', async () => {
    const text = '# f\n> A\n< OK\n@begin tls\n@needs tls\n> T\n< OK\n@end\n@begin all\n> B\n< OK\n@end\n> C\n< OK'
    const results = await run([text], target().given)
    expect(results.map(shown)).toEqual(['0.at:1 f passed', '0.at:4 tls skipped: needs tls', '0.at:9 all passed'])
  })

  test('blocks behind a failure, and blocks of a file that is skipped', async () => {
    const text = '# f\n> A\n< OK\n@begin a\n> B\n~ X\n~ Y\n@end\n@begin b\n> C\n< OK\n@end'
    const results = await run([text, `@only hardware\n${text}`], target({}, [ok, '\r\nX\r\nZ\r\n']).given)
    expect(results.map(shown)).toEqual([
      '0.at:1 f passed',
      '0.at:4 a failed',
      '0.at:9 b skipped: is not reached: line 7 differs',
      '1.at:1 f skipped: is for hardware only',
      '1.at:5 a skipped: is for hardware only',
      '1.at:10 b skipped: is for hardware only',
    ])
  })

  test('a case says what it needs, also without @needs', async () => {
    const text = '@needs x\n> "{broker}"\n@begin b\n> "{brokerTls}" {brokerTls}\n@end'
    expect((await run([text], target().given)).map(({ needs }) => needs)).toEqual([['x', 'broker'], ['tls']])
  })

  test('a file of blocks alone has no case of its own', async () => {
    const results = await run(['@begin a\n@only hardware\n> A\n< OK\n@end\n@begin b\n> A\n< OK\n@end'], target().given)
    expect(results.map(shown)).toEqual(['0.at:1 a skipped: is for hardware only', '0.at:6 b passed'])
  })
})

test('open holes are those that are sent before they can be bound', () => {
  const { steps } = parseTranscript('> {a}{b}\n< {c}\n~ {d}\n> {c}{d}\n>> {key:3}{b:1}', 'x.at')
  expect(openHoles(steps).map(({ name, step }) => `${name} ${step.line}`)).toEqual(['a 1', 'b 1', 'key 5'])
})
