import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { overridden } from '../../src/fleet/scenario/overrides.ts'
import type { Scenario } from '../../src/fleet/scenario/scenario.ts'
import { runHere, scenarioOf } from '../support/fleet/run-here.ts'
import { runVirtual } from '../support/fleet/run-virtual.ts'

const examples = new URL('../../examples/fleet/', import.meta.url)
const files = readdirSync(examples).filter((file) => file.endsWith('.yaml'))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function small(file: string, duration?: number): Scenario {
  const text = readFileSync(new URL(file, examples), 'utf8').replace('fleet-authority', join(folder, 'authority'))
  const made = overridden(scenarioOf(text), { modules: 12, ...(duration !== undefined && { duration }) })
  if (typeof made === 'string') throw new Error(made)
  return made
}

test('there are ten', () => expect(files).toHaveLength(10))

/** Those that need a real broker: TLS, and one that goes away. */
const real: Readonly<Record<string, number>> = { 'mutual-tls.yaml': 3000, 'broker-restart.yaml': 6000 }

test.each(files.filter((file) => !Object.hasOwn(real, file)))('%s, in virtual time', async (file) => {
  const { up, counts, verified } = await runVirtual(small(file))
  expect([up, verified?.lost ?? 0, verified?.doubled ?? 0, counts.publishFailed]).toEqual([12, 0, 0, 0])
  const lost: Readonly<Record<string, number>> = {
    'nat-timeouts.yaml': 6,
    'region-drops.yaml': 6,
    'duplicate-ids.yaml': 2,
  }
  expect(counts.connectionLost).toBeGreaterThanOrEqual(lost[file] ?? 0)
  if (lost[file] === undefined) expect(counts.connectionLost).toBe(0)
})

test.concurrent.each(Object.entries(real))('%s, against its own broker', async (file, duration) => {
  const { up, verified, counts } = await runHere(small(file, duration))
  expect([up, verified?.lost ?? 0]).toEqual([12, 0])
  expect(counts.connectionLost).toBe(file === 'broker-restart.yaml' ? 12 : 0)
})
