import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openAuthority } from '../../src/broker/authority.ts'
import { createBroker } from '../../src/broker/embedded-broker.ts'
import { type Cli, endAll, requireBuild, runHere, start } from '../support/cli.ts'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { type RedisServer, redisMissing, startRedis } from '../support/programs/redis-server.ts'
import { until } from '../support/until.ts'

let folder: string
beforeAll(() => {
  requireBuild()
  folder = mkdtempSync(join(tmpdir(), 'fleet-redis-'))
})
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['http://secret@127.0.0.1', '--redis: give redis://'],
  ['redis://127.0.0.1/secret', '--redis: give redis://'],
  ['secret', '--redis: give redis://'],
])('%s is no address of a Redis; what was typed is not printed', async (url, sentence) => {
  const { code, err } = await runHere(['fleet', 'list', '--redis', url])
  expect(code).toBe(2)
  expect(err).toContain(sentence)
  expect(err).not.toContain('secret')
})

test('where no Redis answers it says so, without the password', async () => {
  const { code, err } = await runHere(['fleet', 'list', '--redis', 'redis://me:secret@127.0.0.1:1'])
  expect(code).toBe(3)
  expect(err).toContain(
    'No Redis answers at redis://127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1): start redis-server',
  )
  expect(err).not.toContain('secret')
})

test('--run needs --redis, and no scenario; modules elsewhere need a server of their own', async () => {
  const refused = await Promise.all([
    runHere(['fleet', 'run', '--run', 'a']),
    runHere(['fleet', 'run', '--demo', '--run', 'a', '--redis', 'redis://127.0.0.1:1']),
    runHere(['fleet', 'run', '--demo', '--redis', 'redis://127.0.0.1:1']),
  ])
  expect(refused.map(({ code }) => code)).toEqual([2, 2, 2])
  expect(refused[0]!.err).toContain('give --redis too')
  expect(refused[2]!.err).toContain('--broker mqtt://HOST')
})

test.skipIf(redisMissing)('a Redis without append-only file, one that drops keys, one with a password', async () => {
  const careless = await startRedis({
    settings: ['appendonly no', 'maxmemory-policy allkeys-lru', 'requirepass secret'],
  })
  try {
    const withPassword = careless.url.replace('//', '//:secret@')
    const listed = await runHere(['fleet', 'list', '--redis', withPassword])
    expect(listed).toMatchObject({ code: 0, out: `no runs at ${careless.url}\n` })
    expect(listed.err).toContain('keeps no append-only file')
    expect(listed.err).toContain('drops keys when its memory is full (allkeys-lru)')
    const refused = await runHere(['fleet', 'list', '--redis', careless.url.replace('//', '//:wrong@')])
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('refuses the login') })
    expect(refused.err + listed.err + listed.out).not.toMatch(/secret|wrong/)
    expect(await runHere(['fleet', 'stop', 'nothing', '--redis', withPassword])).toMatchObject({ code: 3 })
  } finally {
    await careless.close()
  }
})

describe.skipIf(redisMissing ?? mosquittoMissing)('with Redis and mosquitto', () => {
  let redis: RedisServer
  let broker: Mosquitto
  let file: string
  beforeAll(async () => {
    ;[redis, broker] = await Promise.all([startRedis(), startMosquitto()])
  })
  afterAll(() => Promise.all([redis.close(), broker.stop()]))

  const worker = async (slots: number, env = {}): Promise<Cli> => {
    const cli = start(['fleet', 'worker', '--redis', redis.url, '--slots', String(slots)], env)
    await until(() => cli.out().includes('waits for runs'), 'a worker')
    return cli
  }
  beforeAll(() => {
    file = join(folder, 'steady.yaml')
    writeFileSync(
      file,
      `broker: mqtt://${broker.address}
groups: [{name: a, count: 10}]
phases:
  - {name: ramp, duration: 500ms, do: [{verify: {}}, {connect: {}}]}
  - {name: steady, duration: 10m, do: [{publish: {every: 200ms}}]}
expect: [received.lost == 0, received.doubled == 0, connected.up == modules]
`,
    )
  })
  /** What `fleet status` says of the newest run, once that is so. */
  const standing = async (wanted: RegExp): Promise<string> => {
    for (const deadline = performance.now() + 20_000; ; await sleep(100)) {
      const { out } = await runHere(['fleet', 'status', '--redis', redis.url])
      if (wanted.test(out)) return out
      if (performance.now() > deadline) throw new Error(`Not within 20 s: ${wanted}\n${out}`)
    }
  }
  const childOf = ({ child }: Cli): number =>
    Number(
      execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'latin1' })
        .trim()
        .split(/\s+/)[0],
    )

  test('a run on workers: killed processes and controllers are taken over, stopped workers hand over, each message counts once', async () => {
    const anHourAhead = join(folder, 'ahead.mjs')
    writeFileSync(anHourAhead, 'const now = Date.now\nDate.now = () => now() + 3_600_000\n')
    const ahead = { NODE_OPTIONS: `--import=${pathToFileURL(anHourAhead)}` }
    const [one] = await Promise.all([worker(1), worker(1, ahead)])
    const first = start(['fleet', 'run', file, '--redis', redis.url])
    const status = await standing(/runs, .*10 of 10 modules connected\n {2}[1-9]\d* of/)
    expect(status).toMatch(/part 2: on \S+, incarnation 1\n(worker on \S+: 1 of 1 slots busy\n){2}$/)
    process.kill(childOf(one), 'SIGKILL')
    first.child.kill('SIGKILL')
    await until(() => one.out().includes('taken over (incarnation 2)'), 'another process')
    const [, id = ''] = /^run (\w+) /.exec(status) ?? []
    const json = join(folder, 'report.json')
    const second = start(['fleet', 'run', '--run', id, '--redis', redis.url, '--json', json])
    const other = await worker(1)
    one.child.kill('SIGTERM')
    expect(await one.ended).toBe(0)
    await until(() => other.out().includes('taken over (incarnation 3)'), 'the other worker')
    await standing(/runs, .*10 of 10 modules connected\n.*\n(.*\n)?.*incarnation 3/)
    expect((await runHere(['fleet', 'stop', id, '--redis', redis.url])).code).toBe(0)
    expect(await second.ended, second.err()).toBe(0)
    const report = JSON.parse(readFileSync(json, 'utf8'))
    expect(report.run).toMatchObject({ id, stopped: expect.stringContaining('it was stopped (by ') })
    expect(report).toMatchObject({ connected: { up: 10 }, received: { lost: 0, doubled: 0 }, engine: { takeOvers: 2 } })
    expect(report.engine.unknown).toBeGreaterThan(0)
    expect(report.publish.intended + report.engine.unknown).toBeGreaterThanOrEqual(report.received.got)
    const { out } = await runHere(['fleet', 'list', '--redis', redis.url])
    expect(out).toContain(`run ${id} (fleet): ended: it was stopped`)
  }, 60_000)

  test('certificates a device: keys stay with the worker, which needs the authority of the server', async () => {
    const authorityFolder = join(folder, 'authority')
    const server = await createBroker()
    const authority = await openAuthority(authorityFolder)
    const { port } = await server.listenTls({ host: '127.0.0.1', port: 0, authority, requireCertificate: true })
    const tls = join(folder, 'tls.yaml')
    writeFileSync(
      tls,
      `broker: mqtts://127.0.0.1:${port}
groups: [{name: a, count: 3, tls: {authority: "${authorityFolder}"}}]
phases: [{name: ramp, duration: 2s, do: [{connect: {}}]}]
expect: [connected.up == modules]
`,
    )
    await worker(1)
    const ended = start(['fleet', 'run', tls, '--redis', redis.url, '--shards', '1'])
    expect(await ended.ended, ended.err()).toBe(0)
    const kept = filesBelow(redis.folder).join('')
    expect(kept).toContain(authorityFolder)
    expect(kept).not.toContain('PRIVATE KEY')
    writeFileSync(tls, readFileSync(tls, 'utf8').replace(authorityFolder, '/nowhere/authority'))
    const refused = start(['fleet', 'run', tls, '--redis', redis.url, '--shards', '1'])
    expect(await refused.ended).toBe(3)
    expect(refused.err()).toMatch(
      /\S+: the authority \/nowhere\/authority is not on this machine: copy its folder here/,
    )
    await server.close()
  }, 60_000)
})

const filesBelow = (path: string): readonly string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : [readFileSync(join(path, entry.name), 'latin1')],
  )
