import { createHook } from 'node:async_hooks'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ByteStream } from '../../stream.ts'
import { PtyClient } from '../../testing/pty-client.ts'
import { pattern, type Recorder, record, text } from '../../testing/recorder.ts'
import { until } from '../../testing/until.ts'
import { openPty } from './pty.ts'

const run = promisify(execFile)
const OK = text('\r\nOK\r\n')

let folder: string
let path: string
let moduleEnd: ByteStream

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-pty-'))
  path = join(folder, 'ttyAT0')
  moduleEnd = await openPty({ path })
})

afterEach(async () => {
  await moduleEnd.close()
  rmSync(folder, { recursive: true })
})

/** A module of sorts: answers each CR with OK. */
function answering(): Recorder {
  return record(moduleEnd, (bytes) => {
    for (const byte of bytes) if (byte === 13) moduleEnd.write(OK)
  })
}

/** How many timers are made while the event loop turns so often, with 16 ms in between. */
async function timersMeanwhile(turns: number): Promise<{ readonly timers: number; readonly elapsedMs: number }> {
  let timers = 0
  const hook = createHook({ init: (_, type) => void (type === 'Timeout' && timers++) })
  const begin = performance.now()
  hook.enable()
  await new Promise<void>((resolve) => {
    const tick = setInterval(() => {
      if (--turns > 0) return
      clearInterval(tick)
      resolve()
    }, 16)
  })
  hook.disable()
  return { timers, elapsedMs: performance.now() - begin }
}

async function left(seen: Recorder): Promise<void> {
  await until(() => seen.events.at(-1) === false)
}

describe('pty', () => {
  test('is noticed when it is opened and when it is left', async () => {
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length > 0)
    expect(seen.events).toEqual([true])
    const second = new PtyClient(path)
    client.close()
    await second.write(text('AT'))
    await until(() => seen.events.includes('AT'))
    second.close()
    await left(seen)
    expect(seen.events).toEqual([true, 'AT', false])
  })

  test('a client that comes, asks, reads and goes between two looks is served', async () => {
    const seen = answering()
    for (let round = 0; round < 20; round++) {
      const client = new PtyClient(path)
      await client.write(text('AT\r'))
      await until(() => client.received().length >= OK.length)
      expect(client.received()).toEqual(OK)
      client.close()
    }
    await left(seen)
    expect(seen.bytes().toString()).toBe('AT\r'.repeat(20))
  })

  test('200 reopens, each noticed, each clean', async () => {
    const seen = answering()
    for (let round = 1; round <= 200; round++) {
      const client = new PtyClient(path)
      await client.write(text('AT\r'))
      await until(() => seen.bytes().length === 3 * round)
      client.close()
      // Some are seen to leave before the next one comes.
      if (round % 10 === 0) await left(seen)
    }
    const client = new PtyClient(path)
    await client.write(text('AT\r'))
    await until(() => client.received().length > 0)
    expect(client.received()).toEqual(OK)
    client.close()
    expect(seen.events.filter((event) => event === false)).toHaveLength(200)
  })

  test('one that comes as soon as another has left, in the middle of a line, is another one', async () => {
    const seen = record(moduleEnd)
    for (let round = 0; round < 20; round++) {
      const first = new PtyClient(path)
      await first.write(text('AT+CG'))
      await until(() => seen.events.at(-1) === 'AT+CG')
      first.close()
      const second = new PtyClient(path)
      await second.write(text('AT\r'))
      await until(() => seen.events.at(-1) === 'AT\r')
      expect(seen.events.splice(0)).toEqual([...(round === 0 ? [] : [false]), true, 'AT+CG', false, true, 'AT\r'])
      second.close()
    }
  })

  test('a program that looks at the port beside the one that uses it changes nothing', async () => {
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await client.write(text('AT'))
    await until(() => seen.events.length === 2)
    for (let round = 0; round < 5; round++) await run('stty', ['-F', path, '-a'])
    await client.write(text('\r'))
    await until(() => seen.events.at(-1) === 'AT\r')
    expect(seen.events).toEqual([true, 'AT\r'])
    client.close()
  })

  test('what a client wrote just before it left comes before its leaving, and while paused both wait', async () => {
    const seen = record(moduleEnd)
    moduleEnd.pause()
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    await client.write(text('last words'))
    client.close()
    const end = performance.now() + 150
    await until(() => performance.now() > end)
    expect(seen.events).toEqual([true])
    moduleEnd.resume()
    await left(seen)
    expect(seen.events).toEqual([true, 'last words', false])
  })

  test('what comes before start waits for it', async () => {
    const client = new PtyClient(path)
    await client.write(text('early'))
    const seen = record(moduleEnd)
    await until(() => seen.events.length === 2)
    expect(seen.events).toEqual([true, 'early'])
    client.close()
  })

  test('the next client finds nothing of what the last one left unread', async () => {
    const seen = answering()
    const first = new PtyClient(path)
    await first.write(text('AT\rAT\r'))
    await until(() => seen.bytes().length === 6)
    first.close()
    await left(seen)
    moduleEnd.write(text('nobody hears this'))
    const second = new PtyClient(path)
    await second.write(text('x\r'))
    await until(() => second.received().length > 0)
    expect(second.received()).toEqual(OK)
    second.close()
  })

  test('a client that changed the terminal mode leaves no trace', async () => {
    const seen = record(moduleEnd)
    await run('stty', ['-F', path, 'sane', 'echo', 'icrnl', 'opost', 'onlcr'])
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    await run('stty', ['-F', path, 'sane'])
    client.close()
    await left(seen)
    const { stdout } = await run('stty', ['-F', path, '-a'])
    for (const flag of ['-echo', '-icanon', '-icrnl', '-opost', '-isig', '-ixon'])
      expect(stdout.split(/\s+/)).toContain(flag)
  })

  test('1 MiB each way, all byte values, byte for byte', async () => {
    const sent = pattern(1 << 20)
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    moduleEnd.write(sent)
    const writing = client.write(sent)
    await until(() => client.received().length >= sent.length && seen.bytes().length >= sent.length)
    await writing
    expect(seen.bytes().equals(sent)).toBe(true)
    expect(client.received().equals(sent)).toBe(true)
    client.close()
  })

  test('a client that does not read: the process lives on, the bytes are counted and come later', async () => {
    const sent = pattern(1 << 20)
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    for (let at = 0; at < sent.length; at += 4096) moduleEnd.write(sent.subarray(at, at + 4096))
    expect(moduleEnd.backlog()).toBeGreaterThan(sent.length - 65536)
    const { timers, elapsedMs } = await timersMeanwhile(20)
    // Retries come further and further apart, up to 16 ms; those that do not would come every millisecond.
    expect(timers).toBeLessThan(20 + elapsedMs / 8)
    expect(seen.drained()).toBe(0)
    await client.write(text('still here'))
    await until(() => seen.events.includes('still here'))
    await until(() => client.received().length >= sent.length)
    expect(client.received().equals(sent)).toBe(true)
    await until(() => moduleEnd.backlog() === 0 && seen.drained() > 1)
    client.close()
  })

  test('a client that leaves its backlog behind: it is dropped and said so', async () => {
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    moduleEnd.write(pattern(1 << 18))
    client.close()
    await left(seen)
    expect([moduleEnd.backlog(), seen.drained()]).toEqual([0, 1])
  })

  test('paused, a client that leaves its backlog and unread bytes behind: it is dropped at once, they wait', async () => {
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    moduleEnd.pause()
    moduleEnd.write(pattern(1 << 18))
    await client.write(text('last words'))
    client.close()
    await until(() => seen.drained() > 0)
    expect([moduleEnd.backlog(), seen.events]).toEqual([0, [true]])
    moduleEnd.resume()
    await left(seen)
    expect(seen.events).toEqual([true, 'last words', false])
  })

  test('close gives output time to leave, then the client sees the end', async () => {
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    const sent = pattern(32768)
    moduleEnd.write(sent)
    expect(moduleEnd.backlog()).toBeGreaterThan(0)
    const closing = moduleEnd.close()
    await until(() => client.received().length === sent.length)
    expect(client.received().equals(sent)).toBe(true)
    await closing
    expect(() => client.received()).not.toThrow()
    await expect(client.write(text('x'))).rejects.toThrow(/EIO/)
    client.close()
    expect(() => readlinkSync(path)).toThrow(/ENOENT/)
    moduleEnd = await openPty({ path })
  })

  // 9000 bytes: more than the kernel hands on at once.
  test.each([6, 9000])('%i bytes just before close reach a program that reads, 40 times of 40', async (size) => {
    for (let round = 0; round < 40; round++) {
      // A busy machine may not let the program read within the usual time.
      const last = await openPty({ closeGraceMs: 20_000 })
      const seen = record(last)
      const reading = run('sh', ['-c', 'exec <>"$0"; printf ready >&0; cat 2>&- || true', last.address])
      await until(() => seen.bytes().toString() === 'ready')
      last.write(text('x'.repeat(size)))
      await last.close()
      const { stdout } = await reading
      expect(stdout, `round ${round}`).toHaveLength(size)
    }
  })

  test('close waits a while for a client that does not read, and not for ever', async () => {
    const seen = record(moduleEnd)
    const client = new PtyClient(path)
    await until(() => seen.events.length === 1)
    moduleEnd.write(OK)
    const start = performance.now()
    await moduleEnd.close()
    expect(performance.now() - start).toBeGreaterThan(150)
    client.close()
    moduleEnd = await openPty({ path })
  })
})

test('a program that sends without end does not hold the process: other work has its turn', async () => {
  let [inTurn, most, all] = [0, 0, 0]
  const length = 150_000
  const turn = (): void => {
    most = Math.max(most, inTurn)
    inTurn = 0
    if (all < length) setImmediate(turn)
  }
  const stream = await openPty({})
  stream.start({
    data(bytes) {
      inTurn += bytes.length
      all += bytes.length
      const began = performance.now()
      while (performance.now() - began < 2);
    },
  })
  const program = spawn('sh', ['-c', `head -c ${length} /dev/zero > ${stream.address}`])
  turn()
  await until(() => all === length)
  expect(most).toBeLessThan(65_536)
  program.kill()
  await stream.close()
})
