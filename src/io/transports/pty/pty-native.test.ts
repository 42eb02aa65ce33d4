import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compiled, runModule } from '../../testing/child.ts'
import { until } from '../../testing/until.ts'
import { loadPtyNative } from './pty-native.ts'

// Root may open what is locked, so the locks are tried as somebody else.
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

let code: ReturnType<typeof compiled>
beforeAll(() => {
  code = compiled()
})
afterAll(() => code.remove())

function reachable(): boolean {
  const child = spawnSync(process.execPath, ['-e', 'require("koffi")'], { cwd: import.meta.dirname, ...user })
  return child.status === 0
}

const preamble = `
  import { openPty } from './transports/pty/pty.js'
  import { loadPtyNative } from './transports/pty/pty-native.js'
  import fs from 'node:fs'
  const native = await loadPtyNative()
  const pipe = await openPty({})
  const seen = []
  pipe.start({ data: (b) => seen.push(String(b)), presence: (h) => seen.push(h), drained() {} })
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants
  const open = () => fs.openSync(pipe.address, O_RDWR | O_NOCTTY | O_NONBLOCK)
  const until = async (cond) => { while (!cond()) await new Promise(setImmediate) }
  const first = pipe.address`

async function runAsUser(script: string): Promise<string> {
  const child = runModule(`${preamble}\n${script}\nawait pipe.close()`, code.folder, user)
  await child.exited
  return child.output()
}

describe.skipIf(!reachable())('a client that locks the pty (TIOCEXCL)', () => {
  test('keeps others out while it is there, and none after it has gone', async () => {
    const output = await runAsUser(`
      const fd = open()
      native.setExclusive(fd, true)
      await until(() => seen.length === 1)
      const end = Date.now() + 200
      await until(() => Date.now() > end)
      try { open(); console.log('not locked') } catch (error) { console.log(error.code) }
      fs.closeSync(fd)
      await until(() => seen.length === 2)
      fs.closeSync(open())
      console.log(JSON.stringify(seen), pipe.address === first)`)
    expect(output).toBe('EBUSY\n[true,false] true\n')
  })

  test('just while we have let go of it ourselves: a new pty takes over when it has left', async () => {
    const output = await runAsUser(`
      const fd = open()
      fs.writeSync(fd, 'hi')
      await until(() => seen.length === 2)
      const { poll } = native
      native.poll = (master) => {
        native.poll = poll
        native.setExclusive(fd, true)
        return poll(master)
      }
      await until(() => native.poll === poll)
      fs.closeSync(fd)
      await until(() => seen.includes(false))
      fs.closeSync(open())
      console.log(JSON.stringify(seen))`)
    expect(output).toBe('[true,"hi",false]\n')
  })
})

describe('where there is no PTY to be had', () => {
  test('another system', async () => {
    for (const platform of ['win32', 'darwin']) {
      await expect(loadPtyNative(undefined, platform)).rejects.toMatchObject({
        name: 'SetupError',
        code: 'unsupported',
        message: expect.stringMatching(/TCP/),
      })
    }
  })

  test('no koffi, as when optional dependencies were left out', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'atmqtt-bare-'))
    spawnSync('cp', ['-r', `${code.folder}/../.`, bare])
    writeFileSync(join(bare, 'package.json'), '{"type":"module"}')
    // Empty, so that no folder above is searched.
    mkdirSync(join(bare, 'node_modules', 'koffi'), { recursive: true })
    const script = `import { openPty } from './transports/pty/pty.js'
      openPty({ path: 'tty' }).catch((error) => console.log(error.code + ': ' + error.message))`
    const absent = runModule(script, join(bare, 'io'))
    await absent.exited
    expect(absent.output()).toMatch(/^unsupported: A PTY needs .*koffi.* use a TCP port instead.*\.\n$/)
    writeFileSync(join(bare, 'node_modules', 'koffi', 'index.js'), 'throw new Error("Cannot find the native\\nmodule")')
    const broken = runModule(script, join(bare, 'io'))
    await broken.exited
    expect(broken.output()).toMatch(/^unsupported: .*\(Cannot find the native\).*TCP.*\n$/)
    rmSync(bare, { recursive: true })
  })
})

test('children do not inherit the descriptors', async () => {
  const child = runModule(
    `${preamble}
    import { spawnSync } from 'node:child_process'
    console.log(spawnSync('ls', ['-l', '/proc/self/fd']).stdout.toString().match(/pt[ms]/g))
    await pipe.close()`,
    code.folder,
  )
  await until(() => child.output() !== '')
  expect(await child.exited).toBe(0)
  expect(child.output()).toBe('null\n')
})
