import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { addPub } from '../../src/cli/pub-sub/pub.ts'
import { addSub } from '../../src/cli/pub-sub/sub.ts'
import { endAll, start, startModule } from '../support/cli.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { clientsMissing, startTool } from '../support/programs/mosquitto-clients.ts'
import { until } from '../support/until.ts'

/** Each program that is started takes its time, on a busy machine much of it. */
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-pub-sub-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const binary = join(folder, 'binary')
writeFileSync(binary, Buffer.from(Array.from({ length: 256 }, (_, i) => i)))

/** A module without a broker, and mosquitto. */
async function both(config = '') {
  const broker = await startMosquitto(config)
  const module = await startModule('--no-broker')
  const server = ['-h', broker.host, '-p', String(broker.port)]
  return { broker, module, server, ours: ['--tcp', module.ready.tcp!, ...server] }
}

const ended = async (cli: ReturnType<typeof start>, input = '') => {
  cli.child.stdin.end(input)
  return { code: await cli.ended, out: cli.out(), err: cli.err() }
}

describe.skipIf(mosquittoMissing ?? clientsMissing)('beside mosquitto_pub and mosquitto_sub', () => {
  test('pub and mosquitto_pub publish the same', async () => {
    const { broker, server, ours } = await both()
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['-l', '-q', '2'], 'one\n\ntwo\r\nthrée'],
      [['-f', binary, '-q', '1', '-i', 'publisher'], ''],
      [['-n', '-I', 'prefix-'], ''],
      [['-s', '-r'], 'all\nof it\n'],
    ]
    const seenOf = async (publish: (args: readonly string[], input: string) => Promise<void>) => {
      const subscriber = startTool('mosquitto_sub', [...server, '-t', '#', '-C', '7', '-F', '%t %r %l %x', '-q', '2'])
      const before = broker.log.length
      await until(() => /Sending SUBACK/.test(broker.log.slice(before)), 'the subscription')
      for (const [args, input] of cases) await publish(['-t', 'to/é', ...args], input)
      await subscriber.ended
      return subscriber.out()
    }
    const theirs = await seenOf(async (args, input) => {
      expect((await ended(startTool('mosquitto_pub', [...server, ...args]), input)).code).toBe(0)
    })
    await ended(startTool('mosquitto_pub', [...server, '-t', 'to/é', '-r', '-n']))
    const got = await seenOf(async (args, input) => {
      expect(await ended(start(['pub', ...ours, ...args]), input)).toEqual({ code: 0, out: '', err: '' })
    })
    expect(got).toBe(theirs)
    expect(got.split('\n')).toHaveLength(8)
    expect(broker.log).toMatch(/New client connected .* as publisher/)
    expect(broker.log).toMatch(/New client connected .* as prefix-\d+/)
    await broker.stop()
  })

  test.each([
    ['-v', ['-v', '-q', '2']],
    ['-N -F', ['-N', '-F', '%t|%l|%x|%10p|\\t@@', '-q', '1']],
  ])('what sub prints is what mosquitto_sub prints: %s', async (_, how) => {
    const { broker, server, ours } = await both()
    const args = ['-t', 'from/+', '-t', 'more/#', '-C', '4', ...how]
    const theirs = startTool('mosquitto_sub', [...server, ...args])
    const got = start(['sub', ...ours, ...args])
    await until(() => broker.log.match(/more\/# \(QoS/g)?.length === 2, 'both subscriptions', 40_000)
    const publish = (...message: string[]) => ended(startTool('mosquitto_pub', [...server, '-q', '1', ...message]))
    await publish('-t', 'from/é', '-m', 'wörd')
    await publish('-t', 'more/b', '-n')
    await publish('-t', 'more/b/c', '-f', binary)
    await publish('-t', 'from/x', '-m', 'last')
    expect(await got.ended).toBe(await theirs.ended)
    expect(got.out()).toBe(theirs.out())
    expect(got.out().length).toBeGreaterThan(200)
    expect(got.err()).toBe('')
    await broker.stop()
  })

  test('-W ends with the code that mosquitto_sub ends with; the will goes out when the module dies', async () => {
    const { broker, module, server, ours } = await both()
    const theirs = startTool('mosquitto_sub', [...server, '-t', 'x', '-W', '1'])
    const late = start(['sub', ...ours, '-t', 'x', '-W', '3', '--will-topic', 'gone', '--will-payload', 'bye'])
    const watcher = startTool('mosquitto_sub', [...server, '-t', 'gone', '-C', '1', '-v'])
    expect(await late.ended).toBe(await theirs.ended)
    expect(late.err()).toBe('atmqtt: the 3 s of -W are over: it was subscribed, and no message came.\n')
    const willed = start([
      'sub',
      ...ours,
      '-t',
      'x',
      '--will-topic',
      'gone',
      '--will-payload',
      'bye',
      '--will-qos',
      '1',
    ])
    await until(() => broker.log.match(/Received SUBSCRIBE from atmqtt_sub/g)?.length === 2, 'the subscription', 40_000)
    expect(watcher.out()).toBe('')
    module.child.kill('SIGKILL')
    await watcher.ended
    expect(watcher.out()).toBe('gone bye\n')
    willed.child.kill('SIGTERM')
    await willed.ended
    await broker.stop()
  })
})

describe('through a module and its own broker', () => {
  test('TLS, a login, a trace without the password; refusals are exit 1 and a sentence', async () => {
    const module = await startModule('--broker-tls', '127.0.0.1:0', '--broker-user', 'me:swordfish-7')
    const { tcp, brokerTls, ca } = module.ready
    const port = new URL(brokerTls!).port
    const args = [
      '--tcp',
      tcp!,
      '-h',
      '127.0.0.1',
      '-p',
      port,
      '--cafile',
      ca!,
      '-t',
      'x',
      '-m',
      'y',
      '-q',
      '1',
      '-u',
      'me',
    ]
    const good = await ended(start(['pub', ...args, '-P', 'swordfish-7', '-d']))
    expect(good.code).toBe(0)
    expect(good.err).toMatch(/^> AT\+CMQTTCONNECT=0,"tcp:\/\/127.0.0.1:\d+",60,1,"me",\*\*\*\\r$/m)
    expect(good.err).not.toContain('swordfish')
    const wrong = await ended(start(['pub', ...args, '-P', 'sharkfish-8']))
    expect(wrong).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^atmqtt: AT\+CMQTTCONNECT failed with 30 \(.*bad user name or password\): .*\n$/),
    })
    expect(wrong.err).not.toContain('sharkfish')
  })

  test('a module that does not answer is exit 3', async () => {
    const gone = await ended(start(['sub', '--tcp', '127.0.0.1:1', '-t', 'x']))
    expect(gone).toEqual({
      code: 3,
      out: '',
      err: expect.stringMatching(/^atmqtt: Nothing listens on 127.0.0.1:1: .*\n$/),
    })
  })
})

/** What a command line is refused with, before anything is opened. */
async function refused(tool: string, args: readonly string[]): Promise<string> {
  const atmqtt = new Command('atmqtt').exitOverride().configureOutput({ writeErr: () => {} })
  addPub(atmqtt, () => {})
  addSub(atmqtt, () => {})
  const error = await atmqtt.parseAsync(['node', 'atmqtt', tool, ...args]).catch((thrown: Error) => thrown)
  expect((error as Error).name).toBe('UsageError')
  return (error as Error).message
}

describe('an invalid command line', () => {
  const module = ['--tcp', '127.0.0.1:1']
  const pub = [...module, '-t', 'x']
  test.each<[string, readonly string[], RegExp]>([
    ['pub', ['-t', 'x', '-m', 'y'], /^pub needs one module/],
    ['pub', [...module, '-m', 'y'], /^pub needs a topic: give -t/],
    ['pub', pub, /^pub needs one kind of message/],
    ['pub', [...pub, '-m', 'y', '-n'], /^pub needs one kind of message/],
    ['pub', [...pub, '-f', join(folder, 'none')], /^-f .* can't be read .*: give a file that is there\.$/],
    ['pub', [...pub, '-n', '-q', '3'], /^-q 3: give a whole number from 0 to 2/],
    ['pub', [...pub, '-n', '-k', '0'], /keep-alive/],
    ['pub', [...pub, '-n', '-i', 'a', '-I', 'b'], /^-i and -I both/],
    ['pub', [...pub, '-n', '--will-topic', 'w', '--will-retain'], /^The module can not retain a will/],
    ['pub', [...pub, '-n', '--will-payload', 'w'], /^A will needs --will-topic/],
    ['pub', [...pub, '-n', '--cert', binary], /^--cert and --key are for TLS/],
    ['pub', [...pub, '-n', '--cafile', binary, '--cert', binary], /^--cert and --key go together/],
    ['pub', [...pub, '-n', '-P', 'secret'], /password only with a username/],
    ['sub', module, /^sub needs a topic/],
    ['sub', [...pub, '-C', '0'], /^-C 0: give a whole number from 1/],
    ['sub', [...pub, '-W', 'x'], /^-W x: give a whole number/],
    ['sub', [...pub, '-F', '%r'], /^-F: %r can't be printed/],
    ['sub', [...pub, '-h', 'a"b'], /url is none that the module can connect to/],
  ])('%s %j', async (tool, args, sentence) => expect(await refused(tool, args)).toMatch(sentence))
})
