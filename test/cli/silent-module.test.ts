import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { endAll, start } from '../support/cli.ts'

afterEach(endAll)

/** Takes what it is sent and says nothing. `asked`: something has come. */
async function silentModule() {
  const server = createServer()
  const asked = once(server, 'connection').then(([socket]) => once(socket as Socket, 'data'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, asked, at: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test.each([
  [
    'sub -W',
    ['sub', '-h', 'h', '-t', 'x', '-W', '1'],
    undefined,
    27,
    'atmqtt: the 1 s of -W are over: the client is not connected yet.',
  ],
  ['sub, ended by a signal', ['sub', '-h', 'h', '-t', 'x'], 'SIGTERM', 0],
  ['pub, ended by a signal', ['pub', '-h', 'h', '-t', 'x', '-m', 'x'], 'SIGINT', 1],
  ['conformance, ended by a signal', ['conformance', '2.2.4'], 'SIGTERM', 1],
] as const)('%s', { timeout: 30_000 }, async (_how, args, signal, code, err?: string) => {
  const { server, at, asked } = await silentModule()
  const cli = start([...args, '--tcp', at])
  await asked
  if (signal) cli.child.kill(signal)
  expect(await cli.ended).toBe(code)
  // Behind it may stand that nothing answered yet, when the machine is slow.
  if (err !== undefined) expect(cli.err().split('\n')[0]).toBe(err)
  server.close()
})
