import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runHere } from '../support/cli.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('init writes a scenario that check takes, and overwrites nothing', async () => {
  const file = join(folder, 'fleet.yaml')
  expect(await runHere(['fleet', 'init', file])).toMatchObject({ code: 0 })
  expect(await runHere(['fleet', 'check', file])).toMatchObject({
    code: 0,
    out: `${file}: Region drops and returns: 200 modules, 3 phases, 30 s\n`,
  })
  const written = readFileSync(file, 'utf8')
  expect(await runHere(['fleet', 'init', file])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is there already'),
  })
  expect(readFileSync(file, 'utf8')).toBe(written)
})

test('check tells each mistake with its file, line and column, and ends with 2', async () => {
  const file = join(folder, 'wrong.yaml')
  writeFileSync(
    file,
    'groups:\n  - name: a\n    count: none\nphases: [{name: x, duration: 1s, do: [{connect: {rate: 1}}]}]\n',
  )
  const { code, err } = await runHere(['fleet', 'check', file])
  expect([code, err.replaceAll(folder, '')]).toEqual([
    2,
    'atmqtt: /wrong.yaml:3:12: groups.count: give a whole number from 1 to 1000000.\n' +
      '/wrong.yaml:4:56: phases.do.connect.rate: give a number a second or a minute, such as 50/s or 10/m.\n',
  ])
  expect(await runHere(['fleet', 'check', join(folder, 'none.yaml')])).toMatchObject({ code: 2 })
})

test('schema prints JSON', async () => {
  const { code, out } = await runHere(['fleet', 'schema'])
  expect([code, JSON.parse(out).properties.groups.type]).toEqual([0, 'array'])
})
