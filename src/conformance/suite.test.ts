import { describe, expect, test } from 'vitest'
import { parseTranscript } from '../transcript/language/parse.ts'
import type { CaseResult, OpenedModule, Target } from '../transcript/player/run.ts'
import { manualClock, scripted } from '../transcript/player/testing.ts'
import { reportOf } from './reports/report.ts'
import { summaryText } from './reports/report-text.ts'
import { runSuite, type SuiteEvents } from './run-suite.ts'
import { leavesSettings, riskOf } from './sent-commands.ts'
import { SilentModule } from './silent-module.ts'
import { selectUnits, suiteFor, unmatched } from './suite-unit.ts'

const parsed = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([name, text]) => parseTranscript(text, `suite/${name}`))

const titles = (units: ReturnType<typeof suiteFor>['units']) =>
  units.map(({ cases }) => cases.map(({ title }) => title))

describe('the cases for a profile', () => {
  const files = parsed({
    'a.at': '@begin one\n> A\n@end\n@begin two\n@profile a76xx\n> A\n@end',
    'b.at': '# story\n> A\n@begin inside\n> B\n@end',
    'c.at': '# c\n> A',
    'c-a76xx.at': '# c of a76xx\n@profile a76xx\n> A',
  })

  test('blocks alone are units; a file with steps around them is one', () => {
    const { units, others } = suiteFor('sim767x', files)
    expect(titles(units)).toEqual([['one'], ['story', 'inside'], ['c']])
    expect(others).toBe(2)
  })

  test('a file for a profile stands in the place of the file of that name', () => {
    const { units, others } = suiteFor('a76xx', files)
    expect(titles(units)).toEqual([['one'], ['two'], ['story', 'inside'], ['c of a76xx']])
    expect(others).toBe(1)
  })
})

describe('names', () => {
  const { units } = suiteFor(
    'sim767x',
    parsed({
      '2.2.04-rel.at': '@cite §2.2.4\n@begin REL: (again)\n@shows 2.2.4-r1\n> A\n< OK\n@end\n@begin other\n> A\n@end',
      'general-x.at': '# x\n> A',
    }),
  )

  test.each([
    ['2.2.4', [['REL: (again)'], ['other']]],
    ['§2.2.*', [['REL: (again)'], ['other']]],
    ['2.2.04-rel', [['REL: (again)'], ['other']]],
    ['2.2.04-rel.at:7', [['other']]],
    ['rel: (AGAIN)', [['REL: (again)']]],
    ['2.2.4-r1', [['REL: (again)']]],
    ['General*', [['x']]],
    ['o?her', [['other']]],
    ['2.2.4-r', []],
    ['.*', []],
  ])('%s', (pattern, expected) => {
    expect(titles(selectUnits(units, [pattern]))).toEqual(expected)
    expect(unmatched(units, ['other', pattern])).toBe(expected.length > 0 ? undefined : pattern)
  })
})

const ok = '\r\nOK\r\n'
const options = { clock: manualClock(), quietMs: 0, quietOnlineMs: 0 }

/** A module that gives the nth answer to the nth thing sent; a number of an opening that finds it silent. */
function target(answers: readonly string[], more: Partial<Target> & { readonly silentAt?: number } = {}): Target {
  const { silentAt, ...surroundings } = more
  const line = scripted(answers)
  let opened = 0
  return {
    kind: 'virtual',
    capabilities: [],
    values: {},
    async open(): Promise<OpenedModule> {
      if (++opened === silentAt) throw new SilentModule('AT', 10_000)
      return { stream: line, close: async () => {} }
    },
    ...surroundings,
  }
}

const run = (text: string, where: Target, events: SuiteEvents = {}, more = {}) =>
  runSuite(suiteFor('sim767x', parsed({ 'x.at': text })).units, where, { ...options, ...more }, events)

const told = (results: readonly CaseResult[]) =>
  results.map(({ title, outcome }) => [
    title,
    outcome.kind,
    outcome.kind === 'skipped' ? outcome.reason : outcome.kind === 'failed' ? (outcome.mismatch.reason ?? '') : '',
  ])

const three = '@begin a\n> A\n< OK\n@end\n@begin b\n> B\n< OK\n@end\n@begin c\n> C\n< OK\n@end'

describe('a run', () => {
  test('goes on behind a case that failed', async () => {
    expect(told(await run(three, target([ok, '\r\nERROR\r\n', ok])))).toEqual([
      ['a', 'passed', ''],
      ['b', 'failed', ''],
      ['c', 'passed', ''],
    ])
  })

  test('goes on behind a case that can not be played as it is written', async () => {
    const text = three.replace('> B', '> {nobody}')
    const results = told(await run(text, target([ok, ok])))
    expect(results.map(([, kind]) => kind)).toEqual(['passed', 'failed', 'passed'])
    expect(results[1]![2]).toContain('x.at:6: there is no value for {nobody}')
  })

  test('ends when the module falls silent: one failure with a sentence, the others are skipped by name', async () => {
    const sentence = 'The module does not answer AT for 10 s: look at its power and its line.'
    expect(told(await run(three, target([ok], { silentAt: 2 })))).toEqual([
      ['a', 'passed', ''],
      ['b', 'failed', sentence],
      ['c', 'skipped', 'the module fell silent before'],
    ])
  })

  test('skips by name with the reason, and what to give', async () => {
    const text = '@begin a\n> {broker}\n< OK\n@end\n@begin b\n@fault x\n@end\n@begin c\n@peer close\n@end'
    const hints = { broker: '--broker HOST:PORT', peer: '--peer P', 'peer-control': '--peer P' }
    expect(told(await run(text, target([]), {}, { hints }))).toEqual([
      ['a', 'skipped', 'needs broker: give --broker HOST:PORT'],
      ['b', 'skipped', 'needs fault'],
      ['c', 'skipped', 'needs peer, peer-control: give --peer P'],
    ])
  })

  test('tells of each case before and behind it', async () => {
    const seen: unknown[] = []
    const events: SuiteEvents = {
      started: ({ title }, before, all) => void seen.push([title, before, all]),
      result: ({ title, outcome }) => void seen.push([title, outcome.kind]),
    }
    await run(three.slice(0, three.indexOf('@begin c') - 1), target([ok, ok]), events)
    expect(seen).toEqual([
      ['a', 0, 2],
      ['a', 'passed'],
      ['b', 1, 2],
      ['b', 'passed'],
    ])
  })
})

describe('unattended hardware', () => {
  const sends = (line: string) => parseTranscript(`> ${line}`, 'x.at')

  test.each([
    ['AT+CPOF', 'switches the module off'],
    ['AT+CSQ;+CPOF', 'switches the module off'],
    ['AT+CPIN="1234"', 'PIN'],
    ['AT+CLCK="SC",1,"1234"', 'PIN'],
    ['AT+IPR=9600', 'speed'],
    ['AT+CGDCONT=1,"IP","x"', 'access to the network'],
    ['AT+SIMEI=123', 'IMEI'],
    ['ATE0&W', 'stores'],
  ])('%s is not sent', async (line, why) => {
    expect(riskOf(sends(line))).toContain(why)
    const hardware = await run(`> ${line}`, target([], { kind: 'hardware' }))
    expect(told(hardware)).toEqual([['suite/x.at', 'skipped', riskOf(sends(line))]])
  })

  test.each(['AT+CPOF=?', 'AT+CPIN?', 'AT+IPR?', 'AT+IPR=?', 'AT+CGDCONT=?', 'AT+CMQTTPUB=0,1,60'])('%s is', (line) => {
    expect(riskOf(sends(line))).toBeUndefined()
  })

  test.each([
    ['AT+CSSLCFG="cacert",0,"a.pem"', true],
    ['AT+CSSLCFG="authmode",0,1', false],
    ['AT+CTZU=1', true],
    ['ATZ', true],
    ['AT+CREG=1', false],
    ['AT+CMQTTCFG="version",0,4', false],
    ['AT+CTZU=?', false],
  ])('%s leaves something behind that takes a reset: %s', (line, leaves) => {
    expect(leavesSettings(sends(line))).toBe(leaves)
  })
})

test('the text ends with the counts, below a table by section', async () => {
  const results = await run(three.replace('@begin b', '@begin b\n@cite §2.2.3'), target([ok, '\r\nERROR\r\n', ok]))
  const about = { tool: 'atmqtt 0', module: 'memory', profile: 'sim767x', startedAt: '', ms: 12, others: 3 }
  expect(summaryText(reportOf(results, about)).split('\n')).toEqual([
    '',
    'section                passed   failed  skipped',
    '§2.2.3  AT+CMQTTACCQ        -        1        -',
    'x                           2        -        -',
    'all                         2        1        -',
    '',
    'memory, profile sim767x, 12 ms; 3 cases are for other profiles',
    '',
    '2 passed, 1 failed, 0 skipped',
    '',
  ])
})
