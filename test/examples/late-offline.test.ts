import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bin, endAll, root, watch } from '../support/cli.ts'
import { blocksOf, copyExample, type Folder, make, projectFolder } from '../support/programs/example.ts'
import { ccMissing, titled } from '../support/programs/example-tools.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'

const guide = 'docs/guide/late-offline.md'
const [red, green, compareSessions] = blocksOf(guide, 'sh')
const [redOutput, greenOutput] = blocksOf(guide, 'text')

/** Client IDs by the order in which they come: those of a run are other ones than those of the page. */
function named(output: string): string {
  const ids = [...new Set([...output.matchAll(/meter-[0-9a-f]+/g)].map(([id]) => id))]
  return output.replace(/meter-[0-9a-f]+/g, (id) => `meter ${ids.indexOf(id) + 1}`)
}

/** What a block of the guide prints, without what `make` says. */
async function runBlock(block: string, cwd: string): Promise<string> {
  const shell = watch(spawn('sh', ['-c', block], { cwd }))
  expect(await shell.ended).toBe(0)
  return shell.out().replace(/^cc .*\n/gm, '')
}

test('what the guide calls the fix is in the program', () => {
  const program = readFileSync(join(root, 'examples/c-host/status-host.c'), 'utf8')
  const lines = blocksOf(guide, 'diff').join('').split('\n')
  for (const sign of ['-', '+']) {
    const text = lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1))
    expect(program).toContain(text.join('\n'))
  }
})

test('who compares sessions is not misled', async () => {
  expect(await runBlock(compareSessions!, root)).toBe('online\n')
})

describe.skipIf(ccMissing)(titled('the host program in C loses coverage and comes back', ccMissing), () => {
  let project: Folder
  let example: Folder
  beforeAll(() => {
    project = projectFolder()
    example = copyExample('c-host')
    make(example.folder)
  })
  afterAll(() => {
    endAll()
    project.remove()
    example.remove()
  })

  test.concurrent('with another client ID: the will of the lost connection comes behind the newer "online"', async () => {
    expect(named(await runBlock(red!, project.folder))).toBe(named(redOutput!))
  })

  test.concurrent('with the same client ID: the broker tells the will before it accepts the new connection', async () => {
    expect(named(await runBlock(green!, project.folder))).toBe(named(greenOutput!))
  })

  /** The same in front of mosquitto: its log, what the script printed, and what is retained at the end. */
  async function withMosquitto(program: string) {
    const broker = await startMosquitto()
    const url = `mqtt://${broker.address}`
    const lines = ['--pty', join(example.folder, `tty-${program}`), '--no-tcp', '--no-broker']
    const args = [bin, 'module', ...lines, '--control', '127.0.0.1:0', '--', './late-offline.sh', `./${program}`]
    const env = { ...process.env, ATMQTT: `${process.execPath} ${bin}`, ATMQTT_BROKER: url }
    const script = watch(spawn(process.execPath, args, { cwd: example.folder, env }))
    const code = await script.ended
    const client = await connectAsync(url, { reconnectPeriod: 0 })
    const retained = new Promise<string>((resolve) => client.once('message', (_, payload) => resolve(`${payload}`)))
    await client.subscribeAsync('meters/7/status')
    const printed = named(`${script.out()}retained: ${await retained}\nexit code ${code}\n`)
    await client.endAsync(true)
    await broker.stop()
    return { printed, log: broker.log }
  }
  const withRetained = (output: string) => named(output).replace('exit code', 'retained: online meter 2\nexit code')

  test
    .skipIf(mosquittoMissing)
    .concurrent('mosquitto, another client ID: so too; who subscribes later hears the retained "online"', async () => {
      const { printed, log } = await withMosquitto('status-host-random')
      expect(printed).toBe(withRetained(redOutput!))
      expect(log).toMatch(/Client meter-[0-9a-f]{4} has exceeded timeout/)
    })

  test.skipIf(mosquittoMissing).concurrent('mosquitto, the same client ID: so too', async () => {
    const { printed, log } = await withMosquitto('status-host')
    expect(printed).toBe(withRetained(greenOutput!).replace('meter 2', 'meter 1'))
    expect(log).toMatch(/Client meter-\d{15} already connected, closing old connection/)
  })
})
