import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { listenTcp, type TcpListener } from '../../src/io/transports/tcp.ts'
import { endAll, runHere, start } from '../support/cli.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 60_000 })

let port: TcpListener
let holder: Socket
let where: string
beforeAll(async () => {
  let present = false
  port = await listenTcp({ host: '127.0.0.1', port: 0 })
  port.start({
    data() {},
    presence(there) {
      present = there
    },
  })
  holder = connect({ host: '127.0.0.1', port: port.port })
  await until(() => present, 'the program that has the port')
  where = `127.0.0.1:${port.port}`
})
afterEach(endAll)
afterAll(async () => {
  holder.destroy()
  await port.close()
})

const sentence = () =>
  `atmqtt: ${where} is in use (it says "busy: another program is connected to this AT port"): end the other program, or use another line of the module.\n`

test.each([
  ['pub', '-t', 'a', '-m', 'b'],
  ['sub', '-t', 'a'],
])('%s: a port that another program has is told in its own words, exit 3', async (...args) => {
  expect(await runHere([...args, '--tcp', where])).toEqual({ code: 3, out: '', err: sentence() })
})

test('term: the same', async () => {
  const cli = start(['term', '--tcp', where])
  expect({ code: await cli.ended, out: cli.out(), err: cli.err() }).toEqual({ code: 3, out: '', err: sentence() })
})
