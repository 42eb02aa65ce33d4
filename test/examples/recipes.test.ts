import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../support/cli.ts'

const examples = join(root, 'examples')
const files = readdirSync(examples, { recursive: true, encoding: 'utf8' })
const pages = files.filter((path) => path.endsWith('/README.md'))
const read = (path: string): string => readFileSync(join(examples, path), 'utf8')

describe.each(pages)('%s', (path) => {
  const page = read(path)

  test('says first what it can not test', () => {
    const [, title, first] = /^# (.+)\n\n(.+)\n/.exec(page) ?? []
    expect(title).toBeTruthy()
    expect(first).toMatch(/^\*\*What it can't test:\*\* /)
    for (const word of ['CMUX', 'PPP', 'AT+CIPOPEN', 'AT+CCHOPEN', 'sleep current', 'radio network'])
      expect(first).toContain(word)
    expect(first).toContain('](../../README.md#what-it-cant-test)')
  })

  test('says whether it ran here', () => {
    expect(page).toMatch(/\b(?:runs|ran|not run) here\b/i)
  })

  test('is named in the list of examples', () => {
    expect(read('README.md')).toContain(`](${path})`)
  })
})

describe('the table of what has run', () => {
  const rows = [...read('README.md').matchAll(/^\| (\[.*?) \| (.*?) \| (.*?) \|$/gm)].map(([, ...cells]) => cells)
  const titles = rows.map(([title]) => title!)

  test('has every recipe, and every system that a guide has a job, a container or a page for', () => {
    const recipes = pages.filter((path) => !path.startsWith('fleet/')).map((path) => `](${path})`)
    const guides = ['pytest.md', 'tests-in-memory.md', 'without-a-registry.md', 'windows.md', 'macos.md']
    const named = ['PlatformIO', 'GitHub Action', 'GitLab', 'Docker', ...guides.map((name) => `/${name}`), ...recipes]
    for (const name of named) expect(titles.filter((title) => title.includes(name)).length, name).toBeGreaterThan(0)
  })

  test('what runs in CI names its tests, which are there; what names none has not run in CI', () => {
    expect(rows.length).toBeGreaterThan(12)
    for (const [title, runs, others] of rows) {
      const tests = [...runs!.matchAll(/`((?:test|tools|python)\/[^`]+)`/g)].map(([, path]) => path!)
      expect(
        tests.every((path) => existsSync(join(root, path))),
        title,
      ).toBe(true)
      if (tests.length === 0) expect([title, runs]).toEqual([title, expect.stringMatching(/^–/)])
      if (tests.length === 0) expect([title, others]).not.toEqual([title, '–'])
    }
  })
})

const scripts = files.filter((path) => path.endsWith('.sh'))

test.each(scripts)('%s is a script that a shell can read', (path) => {
  expect(read(path)).toMatch(/^#!\/bin\/(?:busybox )?sh\n/)
  execFileSync('sh', ['-n', join(examples, path)])
})

describe('renode', () => {
  const script = read('renode/meter.resc')

  test('the module dials the port on which the script has Renode listen', () => {
    const port = /^\$port\?=(\d+)$/m.exec(script)![1]!
    expect(read('renode/README.md')).toContain(`--tcp-connect 127.0.0.1:${port} `)
    expect(script).toContain(
      '\nemulation CreateServerSocketTerminal $port "modem" false\nconnector Connect sysbus.usart2 modem\n',
    )
  })

  test('the test gives the script what it asks for', () => {
    const robot = read('renode/meter.robot')
    const unset = [...script.matchAll(/\$(\w+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !script.includes(`$${name}?=`))
    expect([...new Set(unset)]).toEqual(['bin'])
    expect(robot).toMatch(/Execute Command {2,}\$bin=@%\{METER_ELF\}\n/)
    expect(robot).toMatch(/Execute Script {2,}\$\{CURDIR\}\/meter\.resc\n/)
  })
})
