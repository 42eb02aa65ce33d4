import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Child, compiled, runModule } from '../testing/child.ts'
import { pattern, record, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { stdioStream } from './stdio.ts'

let code: ReturnType<typeof compiled>
beforeAll(() => {
  code = compiled()
})
afterAll(() => code.remove())

/** A program that answers on its standard output what `answer` says, and ends as `cli/` will. */
function program(answer: string): Child {
  return runModule(
    `import { stdioStream } from './transports/stdio.js'
     const pipe = stdioStream(process.stdin, process.stdout)
     pipe.start({ data: (bytes) => { ${answer} }, presence: (present) => console.error('host', present) })
     await pipe.ended
     await pipe.close()
     process.exit(0)`,
    code.folder,
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
}

test('byte for byte both ways, and the last answer leaves before the end', async () => {
  const child = program('pipe.write(Buffer.from(bytes))')
  const sent = pattern(1 << 20)
  const chunks: Buffer[] = []
  child.process.stdout?.on('data', (bytes) => chunks.push(bytes))
  child.process.stdin?.end(sent)
  expect(await child.exited).toBe(0)
  expect(Buffer.concat(chunks).equals(sent)).toBe(true)
})

test('a reader that takes its time gets everything', async () => {
  const child = program('pipe.write(Buffer.alloc(1 << 20, bytes))')
  child.process.stdout?.pause()
  child.process.stdin?.end('ab')
  const end = performance.now() + 600
  await until(() => performance.now() > end)
  let got = 0
  child.process.stdout?.on('data', (bytes) => {
    got += bytes.length
  })
  child.process.stdout?.resume()
  expect(await child.exited).toBe(0)
  expect(got).toBe(1 << 20)
})

test('a reader that goes away is an end, not a crash', async () => {
  const child = program('pipe.write(Buffer.alloc(1 << 20))')
  child.process.stdout?.destroy()
  child.process.stdin?.write('a')
  expect(await child.exited).toBe(0)
})

test('tells the host from start to end, and when the output has drained', async () => {
  const stdin = new PassThrough()
  const stdout = new PassThrough({ highWaterMark: 10 })
  const moduleEnd = stdioStream(stdin, stdout)
  const seen = record(moduleEnd)
  stdin.write('AT\r')
  await until(() => seen.events.length === 2)
  for (let i = 0; i < 10; i++) moduleEnd.write(text('0123456789'))
  expect(moduleEnd.backlog()).toBeGreaterThan(50)
  stdin.end()
  stdout.resume()
  await moduleEnd.ended
  expect(seen.events).toEqual([true, 'AT\r', false])
  expect([moduleEnd.backlog(), seen.drained() > 0]).toEqual([0, true])
})
