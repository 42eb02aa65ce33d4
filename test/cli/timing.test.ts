import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { endAll, run, start, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

afterEach(endAll)

/** Sends to an AT port; ms until all of `expected` is there. */
async function timed(address: string, text: string, expected: string): Promise<number> {
  const [host, port] = address.split(':')
  const socket = connect({ host: host!, port: Number(port), noDelay: true })
  let got = ''
  socket.on('data', (bytes) => {
    got += bytes.toString('latin1')
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  const begin = performance.now()
  socket.write(text, 'latin1')
  await until(() => got.length >= expected.length, `${JSON.stringify(expected)} in ${JSON.stringify(got)}`)
  socket.destroy()
  expect(got).toBe(expected)
  return performance.now() - begin
}

test('--baud: a TCP line takes ten bits a byte, both ways', async () => {
  const { ready } = await startModule('--no-broker', '--baud', '1200')
  const bytes = 'AT\r'.length + '\r'.length + '\r\nOK\r\n'.length
  expect(await timed(ready.tcp!, 'AT\r', 'AT\r\r\nOK\r\n')).toBeGreaterThan((bytes * 10_000) / 1200 - 2)
})

test('--timing real --stdio: it boots in its time, and ends when all that was typed has been answered', async () => {
  const begin = performance.now()
  const cli = start(['module', '--stdio', '--no-pty', '--no-tcp', '--no-broker', '--timing', 'real', '--baud', '2400'])
  await until(() => cli.out().includes('QCRDY\r\n\r\n+CPIN: READY\r\n'), 'boot lines')
  expect(performance.now() - begin).toBeGreaterThan(1700)
  cli.child.stdin.end('AT\rAT+CCERTDELE="none.pem"\r')
  expect(await cli.ended).toBe(0)
  expect(cli.out()).toContain('AT\r\r\nOK\r\nAT+CCERTDELE="none.pem"\r\r\nERROR\r\n')
})

test.each([
  [['--baud', '0'], 'speed from 300 to 4000000'],
  [['--baud', '115200,xon'], 'rtscts'],
  [['--timing', 'slow'], 'instant, real'],
])('%j is wrong usage, and the sentence says what to give', async (args, part) => {
  const { code, err } = await run(['module', ...args])
  expect([code, err.match(/\n/g)?.length, err.includes(part)]).toEqual([2, 1, true])
})
