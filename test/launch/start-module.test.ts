import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { connectAsync } from 'mqtt'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { addModule } from '../../src/cli/module/module.ts'
import { memoryLine } from '../../src/driver/node.ts'
import { EventQueue } from '../../src/launch/event-queue.ts'
import { type RunningModule, type StartOptions, startModule, UsageError } from '../../src/launch/public.ts'
import { runHere } from '../support/cli.ts'
import { launchedHost } from '../support/launch/launched-host.ts'
import { until } from '../support/until.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-launch-'))
const running: RunningModule[] = []
afterEach(async () => {
  for (const module of running.splice(0)) await module.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function started(options: StartOptions = {}): Promise<RunningModule> {
  const module = await startModule(options)
  running.push(module)
  return module
}

/** Whether somebody accepts connections there. */
const isOpen = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':')
    const socket = connect(Number(port), host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

const portOf = (url: string): string => new URL(url).port

describe('what is started', () => {
  test('without options there is a module and nothing around it', async () => {
    const { pty, tcp, broker, brokerTls, control, ca, notes, profile } = await started()
    expect({ pty, tcp, broker, brokerTls, control, ca, notes }).toEqual({
      pty: undefined,
      tcp: undefined,
      broker: undefined,
      brokerTls: undefined,
      control: undefined,
      ca: undefined,
      notes: [],
    })
    expect(profile.name).toBe('sim767x')
  })

  test('each part that is named is there: AT over TCP, a message through the broker, the control port', async () => {
    const module = await started({
      tcp: true,
      broker: true,
      brokerTls: true,
      control: true,
      profile: 'sim767x-v106',
      seed: 7,
    })
    expect(module.tcp).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(module.brokerTls).toMatch(/^mqtts:\/\/127\.0\.0\.1:\d+$/)
    expect(readFileSync(module.ca!, 'utf8')).toContain('BEGIN CERTIFICATE')
    expect([module.seed, module.profile.name]).toEqual([7, 'sim767x-v106'])
    expect(await Promise.all([module.tcp!, module.control!].map(isOpen))).toEqual([true, true])

    const watcher = await connectAsync(module.broker!)
    const got: string[] = []
    watcher.on('message', (topic, payload) => got.push(`${topic} ${payload}`))
    await watcher.subscribeAsync('t')
    const host = await launchedHost(module)
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await host.says('AT+CMQTTACCQ=0,"me"', 'OK')
    await host.says(`AT+CMQTTCONNECT=0,"tcp://127.0.0.1:${portOf(module.broker!)}",60,1`, 'OK', '+CMQTTCONNECT: 0,0')
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.data('AT+CMQTTPAYLOAD=0,2', 'hi')
    await host.says('AT+CMQTTPUB=0,1,60', 'OK', '+CMQTTPUB: 0,0')
    await until(() => got.length > 0, 'the message')
    expect(got).toEqual(['t hi'])
    await watcher.endAsync()
  })

  test('what is given is used as given, or it is an error, and what was opened until then is closed', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await until(() => server.listening, 'listening')
    const { port } = server.address() as { port: number }
    const free = createServer().listen(0, '127.0.0.1')
    await until(() => free.listening, 'listening')
    const { port: brokerPort } = free.address() as { port: number }
    await new Promise((resolve) => free.close(resolve))
    const broker = `127.0.0.1:${brokerPort}`
    await expect(startModule({ broker, control: `127.0.0.1:${port}` })).rejects.toMatchObject({
      name: 'SetupError',
      code: 'inUse',
    })
    expect(await isOpen(broker)).toBe(false)
    server.close()
  })

  test('a profile file, a state folder, a trace', async () => {
    const [profile, state, trace] = ['board.json', 'state', 'trace.txt'].map((name) => join(folder, name))
    writeFileSync(profile!, JSON.stringify({ extends: 'sim7600', replies: { 'AT+MINE': ['+MINE: 1', 'OK'] } }))
    const module = await started({ profile: profile!, state: state!, trace: trace! })
    const host = await launchedHost(module)
    await host.says('AT+MINE', '+MINE: 1', 'OK')
    expect([module.profile.name, module.state]).toEqual(['board', state])
    await module.close()
    expect(readFileSync(trace!, 'utf8')).toContain(' memory < AT+MINE\\r')
    expect(existsSync(join(state!, 'certs'))).toBe(true)
  })

  test('close ends all of it, and await using closes', async () => {
    const module = await startModule({ tcp: true, broker: true, control: true })
    const addresses = [module.tcp!, module.control!, `127.0.0.1:${portOf(module.broker!)}`]
    expect(existsSync(module.state)).toBe(true)
    await module[Symbol.asyncDispose]()
    await module.close()
    expect(await Promise.all(addresses.map(isOpen))).toEqual([false, false, false])
    expect(existsSync(module.state)).toBe(false)
  })

  test.skipIf(process.platform !== 'linux')(
    'many in one process: each has addresses of its own, and no warning comes',
    async () => {
      const warnings: string[] = []
      const warned = (warning: Error) => warnings.push(warning.message)
      process.on('warning', warned)
      const options = { pty: true, tcp: true, broker: true, control: true }
      const modules = await Promise.all(Array.from({ length: 25 }, () => started(options)))
      const used = modules.flatMap(({ pty, tcp, broker, control, state }) => [pty, tcp, broker, control, state])
      expect(new Set(used).size).toBe(125)
      expect(used).not.toContain(undefined)
      modules[0]!.network('down')
      expect(modules.slice(0, 2).map((module) => module.snapshot().network.coverage)).toEqual(['down', 'up'])
      await modules[0]!.close()
      expect(await isOpen(modules[1]!.tcp!)).toBe(true)
      process.off('warning', warned)
      expect(warnings).toEqual([])
    },
  )
})

describe('an option that can not be used is a UsageError, in the words of the command line', () => {
  test.each<[StartOptions, readonly string[]]>([
    [{ tcp: 'nowhere' }, ['--tcp', 'nowhere']],
    [{ broker: '127.0.0.1:99999' }, ['--broker', '127.0.0.1:99999']],
    [{ serial: '/dev/ttyS9:0' }, ['--serial', '/dev/ttyS9:0']],
    [{ baud: 12 }, ['--baud', '12']],
    [{ profile: 'sim900' }, ['--profile', 'sim900']],
    [{ profile: './nothing.json' }, ['--profile', './nothing.json']],
    [{ seed: -1 }, ['--seed', '-1']],
    [{ simPin: '12' }, ['--sim-pin', '12']],
    [{ timing: 'slow' as never }, ['--timing', 'slow']],
    [{ power: 'never' as never }, ['--power', 'never']],
    [{ log: 'loud' as never }, ['--log', 'loud']],
    [{ faults: './nothing.json' }, ['--faults', './nothing.json']],
    [{ traceLimit: '1KiB', trace: 't' }, ['--trace-limit', '1KiB']],
    [{ traceLimit: 9999 }, ['--trace-limit', '9999']],
    [{ controlToken: 'x' }, ['--control-token', 'x']],
    [{ control: true, controlToken: '' }, ['--control', '127.0.0.1:0', '--control-token', '']],
    [{ control: '0.0.0.0:0' }, ['--control', '0.0.0.0:0']],
    [{ brokerUser: { a: 'b' } }, ['--no-broker', '--broker-user', 'a:b']],
    [{ brokerRequireCert: true }, ['--no-broker', '--broker-require-cert']],
  ])('%j', async (options, args) => {
    const error = await startModule(options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UsageError)
    const { code, err } = await runHere(['module', ...args])
    expect([code, asOption(err)]).toEqual([2, asOption(`atmqtt: ${(error as Error).message}\n`)])
  })

  test.each([
    [{ brokr: true }, 'brokr is no option of startModule'],
    [{ stdio: 'yes' }, 'stdio yes: give true or false.'],
    [{ trace: true }, 'trace wants a path.'],
    [{ pty: '' }, 'pty wants a path.'],
    [{ brokerUser: { sensor: 1 } }, "brokerUser wants passwords by name, such as { sensor: 'secret1' }."],
  ])('%j', async (options, sentence) => {
    await expect(startModule(options as never)).rejects.toThrow(sentence)
  })
})

test('the options are those of atmqtt module, by the same words', async () => {
  const sentence = await startModule({ brokr: true } as never).catch(({ message }: Error) => message)
  const own = /it has (.*)\.$/.exec(String(sentence))![1]!.split(', ')
  const atmqtt = new Command()
  addModule(atmqtt, [], () => {})
  const cli = new Set(atmqtt.commands[0]!.options.map((option) => option.attributeName()))
  // How the command line tells what it does, what it ends with, what went wrong, and that it prints its help.
  for (const alone of ['json', 'requireGrade', 'explain', 'help', 'console', 'consoleExposed']) cli.delete(alone)
  expect([...cli].sort()).toEqual(own.sort())
})

/** `--trace-limit 1KiB` and `traceLimit: '1KiB'` are one: the words of a sentence without the marks of options. */
const asOption = (text: string): string =>
  text
    .replace(/--[a-z-]+/g, (flag) => flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    .replace(/: '([^']+)'/g, ' $1')

describe('the operations of the control port', () => {
  test('each does what it does there', async () => {
    const module = await started()
    const host = await launchedHost(module)
    module.urc('RING')
    await host.expectLines('RING')
    module.radio({ signal: 5 })
    await host.says('AT+CSQ', '+CSQ: 5,0', 'OK')
    module.sim('busy')
    expect(module.snapshot().sim.busy).toBe(true)
    module.power('off')
    expect(module.snapshot().power).toBe('off')
    module.power('on')
    await host.expectLines('QCRDY')
    const id = module.fault('prompt-lost', {}, { forCommands: 3 })
    expect(module.faults()).toEqual([expect.objectContaining({ id, name: 'prompt-lost' })])
    expect([module.endFault('prompt-lost'), module.endFault('all')]).toEqual([1, 0])
    module.network('silent')
    module.reset()
    expect(module.snapshot().network.coverage).toBe('up')
  })

  test.each<[string, (module: RunningModule) => void]>([
    ['"state" is "sideways": it must be "down", "up" or "silent".', (module) => module.network('sideways' as never)],
    ['"text" is "": it must be a string', (module) => module.urc('')],
    ['no-such', (module) => void module.fault('no-such')],
  ])('what they do not allow is a UsageError: %s', async (sentence, act) => {
    const module = await started()
    expect(() => act(module)).toThrow(UsageError)
    expect(() => act(module)).toThrow(sentence)
  })

  test('events: what lines and connections carry, from the call on, until the module is closed', async () => {
    const module = await started({ broker: true })
    const host = await launchedHost(module)
    const events = module.events()
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await host.says('AT+CMQTTACCQ=0,"me"', 'OK')
    await host.says(`AT+CMQTTCONNECT=0,"tcp://127.0.0.1:${portOf(module.broker!)}",60,1`, 'OK', '+CMQTTCONNECT: 0,0')
    const packets: string[] = []
    for await (const event of events) {
      if (event.event === 'mqtt') packets.push(`${event.direction} ${event.packet?.type}`)
      if (packets.length === 2) break
    }
    expect(packets).toEqual(['out connect', 'in connack'])
    const rest = module.events()
    const next = rest.next()
    await module.close()
    expect([await next, await rest.next()]).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ])
  })

  test('events that nobody takes: 16 MiB of text wait at most', async () => {
    const events = new EventQueue(() => {})
    const bytes = 'x'.repeat(1 << 20)
    for (let ms = 0; ms < 20; ms++) events.push({ event: 'line', ms, line: 'line', direction: 'in', bytes })
    expect(await events.next()).toEqual({ value: { event: 'dropped', count: 4 }, done: false })
    expect(await events.next()).toMatchObject({ value: { ms: 4 } })
  })

  test('events that nobody takes: the oldest are dropped, and an event says how many', async () => {
    const module = await started()
    const line = memoryLine()
    module.attach(line.accepted, 'line')
    const host = line.dial()
    host.start({ data() {} })
    const events = module.events()
    for (let i = 0; i < 10_005; i++) module.urc(`N ${i}`)
    expect(await events.next()).toEqual({ value: { event: 'dropped', count: 5 }, done: false })
    expect(await events.next()).toMatchObject({ value: { bytes: '\\r\\nN 5\\r\\n' } })
    await events.return!()
  })
})
