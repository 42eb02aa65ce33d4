import { spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { Module } from '../../src/module/public.ts'
import { runHere } from '../support/cli.ts'
import { silentLog } from '../support/silent-log.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-ports-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function moduleOn(path: string): Promise<Module> {
  const clock = nodeClock
  const module = new Module({ profile: profiles.sim767x!, clock, dialer: nodeDialer({ clock }), log: silentLog })
  module.attach(await openPty({ path }), path)
  return module
}

test('a port that answers AT, one that another program has, and one that is not there', async () => {
  const [path, held, missing] = ['ttyUSB2', 'ttyUSB3', 'ttyUSB4'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const modules = [await moduleOn(path), await moduleOn(held)]
  const fd = openSync(held, constants.O_RDWR | constants.O_NOCTTY)
  const holder = spawn('sleep', ['600'], { stdio: [fd, 'ignore', 'ignore'] })
  closeSync(fd)
  await new Promise((resolve) => holder.once('spawn', resolve))
  expect(await runHere(['ports', path, held, missing])).toEqual({
    code: 0,
    out: [
      `${path}\n    answers AT: SIM7672G-MNGV\n`,
      `${held}\n    held by sleep (process ${holder.pid}): end that program, or give another port\n`,
      `${missing}\n    is not there\n`,
    ].join(''),
    err: '',
  })
  expect(await runHere(['ports', held])).toMatchObject({ code: 1 })
  holder.kill()
  for (const module of modules) await module.close()
})

test('a port that is not there: the sentence names those that are', async () => {
  const there = join(tmpdir(), `ttyAT${process.pid}1`)
  const pty = await openPty({ path: there })
  const missing = join(folder, 'ttyUSB9')
  const sentence = new RegExp(
    `^atmqtt: There is no serial device ${missing}\\. There is .*${there} \\(PTY of a virtual module\\).*"atmqtt ports" tells which answers AT\\.\\n$`,
  )
  for (const args of [
    ['term', '--port', missing],
    ['pub', '--port', missing, '-t', 'a', '-m', 'b'],
    ['sub', '--port', missing, '-t', 'a'],
    ['module', '--serial', missing, '--no-tcp', '--no-broker', '--no-pty'],
    ['record', '--port', missing, '--to', join(folder, 'file.at')],
  ])
    expect([args[0], await runHere(args)]).toEqual([
      args[0],
      { code: 3, out: '', err: expect.stringMatching(sentence) },
    ])
  await pty.close()
})
