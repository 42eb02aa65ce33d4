import { expect, test } from 'vitest'
import { comparison } from '../../bench/harness/against.ts'
import type { Benchmark } from '../../bench/harness/benchmark.ts'

const row = (better: Benchmark['better']): Benchmark => ({
  name: 'x',
  title: '',
  against: '',
  unit: 'u',
  better,
  floor: 1,
  ours: () => 0,
  other: () => 0,
})

const round = (ours: number, other: number) => ({ ours, other, ratio: ours / other })
const rounds = [round(90, 100), round(50, 40), round(80, 100)]

test('a rate is better when it is higher: new / old', () => {
  expect(comparison(row('higher'), rounds)).toMatchObject({ here: 80, there: 100, ratio: 0.9 })
})

test('memory is better when it is less: old / new', () => {
  expect(comparison(row('lower'), rounds)).toMatchObject({ here: 80, there: 100, ratio: 1.111 })
})
