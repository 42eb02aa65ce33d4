import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Child, compiled, runModule } from '../../testing/child.ts'
import { until } from '../../testing/until.ts'
import { openPty } from './pty.ts'
import { claimLink } from './pty-link.ts'

let code: ReturnType<typeof compiled>
let folder: string
let path: string

beforeAll(() => {
  code = compiled()
}, 60_000)
afterAll(() => code.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-link-'))
  path = join(folder, 'ttyAT0')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function runningModule(): Promise<Child> {
  const child = runModule(
    `import { openPty } from './transports/pty/pty.js'
     const pipe = await openPty({ path: ${JSON.stringify(path)} })
     pipe.start({ data() {}, host() {}, drained() {} })
     process.on('SIGTERM', () => process.exit(0))
     console.log('open')`,
    code.folder,
  )
  await until(() => child.output().includes('open'))
  return child
}

describe('the symlink of a pty', () => {
  test('points to the slave while the pipe is open, and nothing else is put into the folder', async () => {
    const moduleEnd = await openPty({ path })
    expect(readlinkSync(path)).toMatch(/^\/dev\/pts\/\.\/\d+$/)
    expect(moduleEnd.address).toBe(path)
    expect(readdirSync(folder)).toEqual(['ttyAT0'])
    await moduleEnd.close()
    expect(readdirSync(folder)).toEqual([])
  })

  test('replaces a stale one of its own, whoever has that PTY by now, and one whose PTY is gone', async () => {
    const other = await openPty({})
    for (const target of [other.address.replace('pts/', 'pts/./'), '/dev/pts/./99999', '/dev/pts/99999']) {
      symlinkSync(target, path)
      const moduleEnd = await openPty({ path })
      expect(realpathSync(path)).toMatch(/^\/dev\/pts\/\d+$/)
      expect(realpathSync(path)).not.toBe(other.address)
      await moduleEnd.close()
      expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined()
    }
    await other.close()
  })

  test('refuses one that is not its own, and leaves it as it is', async () => {
    const other = await openPty({})
    for (const target of [other.address, '/dev/null', '/dev/ttyGONE', 'nowhere', '.']) {
      symlinkSync(target, path)
      await expect(openPty({ path })).rejects.toMatchObject({
        name: 'SetupError',
        code: 'inUse',
        message: `${path} is a symlink to ${target} that is not of atmqtt: remove it yourself or choose another path.`,
      })
      expect(readlinkSync(path)).toBe(target)
      unlinkSync(path)
    }
    await other.close()
  })

  test('never replaces what is no symlink', async () => {
    writeFileSync(path, 'precious')
    await expect(openPty({ path })).rejects.toMatchObject({ code: 'inUse', message: expect.stringContaining(path) })
    expect(readFileSync(path, 'utf8')).toBe('precious')
    unlinkSync(path)
    mkdirSync(path)
    await expect(openPty({ path })).rejects.toMatchObject({ code: 'inUse' })
    expect(lstatSync(path).isDirectory()).toBe(true)
  })

  test('is not taken from a PTY of this process, by whatever spelling; the name is free again after close', async () => {
    const first = await openPty({ path })
    const target = readlinkSync(path)
    mkdirSync(join(folder, 'sub'))
    symlinkSync(folder, join(folder, 'sub', 'same'))
    for (const spelling of [path, join(folder, 'sub', '..', 'ttyAT0'), join(folder, 'sub', 'same', 'ttyAT0')]) {
      await expect(openPty({ path: spelling })).rejects.toMatchObject({ code: 'inUse' })
    }
    expect(readlinkSync(path)).toBe(target)
    await first.close()
    await (await openPty({ path })).close()
  })

  test('is not taken from another live process, even if the symlink is missing; its death frees the name', async () => {
    const child = await runningModule()
    await expect(openPty({ path })).rejects.toMatchObject({
      code: 'inUse',
      message: expect.stringMatching(/another running atmqtt/),
    })
    unlinkSync(path)
    await expect(openPty({ path })).rejects.toMatchObject({ code: 'inUse' })
    child.process.kill('SIGKILL')
    await child.exited
    await (await openPty({ path })).close()
  })

  test('a killed module leaves a stale symlink, which the next one replaces', async () => {
    const child = await runningModule()
    child.process.kill('SIGKILL')
    await child.exited
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    const moduleEnd = await openPty({ path })
    expect(existsSync(path)).toBe(true)
    await moduleEnd.close()
  })

  test('goes when the process exits on SIGTERM', async () => {
    const child = await runningModule()
    expect(existsSync(path)).toBe(true)
    child.process.kill('SIGTERM')
    expect(await child.exited).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  test('stays when somebody has made it point elsewhere', async () => {
    const moduleEnd = await openPty({ path })
    unlinkSync(path)
    symlinkSync('/dev/null', path)
    await moduleEnd.close()
    expect(readlinkSync(path)).toBe('/dev/null')
  })

  test('a new PTY takes over the name, unless it leads elsewhere or is no symlink by then', async () => {
    const link = await claimLink(path)
    link.point('/dev/pts/1')
    link.point('/dev/pts/2')
    expect(readlinkSync(path)).toBe('/dev/pts/./2')
    unlinkSync(path)
    link.point('/dev/pts/3')
    expect(readlinkSync(path)).toBe('/dev/pts/./3')
    for (const take of [() => symlinkSync('/dev/null', path), () => writeFileSync(path, 'mine')]) {
      unlinkSync(path)
      take()
      link.point('/dev/pts/4')
    }
    link.release()
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test('many pipes take one exit listener, and give it back', async () => {
    const before = process.listenerCount('exit')
    const links = await Promise.all(Array.from({ length: 20 }, (_, index) => claimLink(`${path}${index}`)))
    expect(process.listenerCount('exit')).toBe(before + 1)
    for (const link of links) link.release()
    expect(process.listenerCount('exit')).toBe(before)
  })

  test('says what is wrong with a place', async () => {
    await expect(openPty({ path: join(folder, 'none', 'tty') })).rejects.toMatchObject({
      name: 'SetupError',
      code: 'missing',
    })
    await expect(openPty({ path: '' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(openPty({ path: '/proc/ttyAT0' })).rejects.toMatchObject({
      message: expect.stringContaining('/proc/ttyAT0'),
    })
  })
})

test('a pty without a path goes by its own name', async () => {
  const moduleEnd = await openPty({})
  expect(moduleEnd.address).toMatch(/^\/dev\/pts\/\d+$/)
  await moduleEnd.close()
})
