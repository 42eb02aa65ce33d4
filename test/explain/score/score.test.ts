import { expect, test } from 'vitest'
import { bytesOf } from '../../../src/at/public.ts'
import { explain } from '../../../src/explain/explain.ts'
import { catalogue } from '../../../src/faults/public.ts'
import { shapes } from '../shapes/shapes.ts'
import { faultTable } from './fault-table.ts'
import { type GeneratedCase, generatedCases, leftOut } from './generated.ts'
import { recordSession } from './recorded-session.ts'

test('the table has every fault of the catalogue', () => {
  expect(Object.keys(faultTable).sort()).toEqual(catalogue.map(({ name }) => name).sort())
})

test.each(Object.entries(shapes))('%s: a session without a fault brings nothing above a note', (_, write) => {
  for (const profile of ['sim767x', 'a76xx', 'sim7600']) {
    const { findings } = explain(bytesOf(write(recordSession({ profile }))))
    expect([profile, findings.filter(({ severity }) => severity !== 'note').map(({ id }) => id)]).toEqual([profile, []])
  }
})

const each = process.env.ATMQTT_SCORE === 'full' ? 1 : 41

test('generated logs: shares found, first, wrong and silent', { timeout: 600_000 }, () => {
  const cases = [...generatedCases(each)]
  const share = (list: readonly GeneratedCase[], test: (each: GeneratedCase) => boolean): string =>
    `${((100 * list.filter(test).length) / list.length).toFixed(1)} %`
  const rows = [...new Set(cases.map(({ fault }) => fault))].map((fault) => {
    const own = cases.filter((each) => each.fault === fault)
    return `${fault.padEnd(26)} found ${share(own, (one) => one.judgement.found)} first ${share(own, (one) => one.judgement.first)} wrong ${share(own, (one) => one.judgement.wrong)}`
  })
  if (each === 1) process.stdout.write(`${rows.join('\n')}\nleft out: ${leftOut().join(', ')}\n`)
  process.stdout.write(
    `${cases.length} logs: found ${share(cases, (one) => one.judgement.found)}, first ${share(cases, (one) => one.judgement.first)}, wrong ${share(cases, (one) => one.judgement.wrong)}, silent ${share(cases, (one) => one.judgement.silent)}; baseline found ${share(cases, (one) => one.baseline.found)}, wrong ${share(cases, (one) => one.baseline.wrong)}\n`,
  )
  expect(cases.length).toBeGreaterThan(100)
})
