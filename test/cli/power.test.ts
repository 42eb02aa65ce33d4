import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { endAll, run, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

afterEach(endAll)

/** A program that opens the AT port. */
function opened(address: string): { readonly socket: Socket; readonly got: () => string } {
  const [host, port] = address.split(':') as [string, string]
  let text = ''
  const socket = connect(Number(port), host).on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  return { socket, got: () => text }
}

const boot = ['QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE'].map((line) => `\r\n${line}\r\n`).join('')

describe('power', () => {
  test('--power open boots when the line is opened, and again after AT+CPOF', async () => {
    const { ready } = await startModule('--no-broker', '--power', 'open')
    const first = opened(ready.tcp!)
    await until(() => first.got() === boot, 'boot lines')
    first.socket.write('AT+CPOF\r')
    await until(() => first.got().endsWith('\r\nOK\r\n\r\nPOWERD DOWN\r\n'), 'POWERD DOWN')
    first.socket.destroy()
    const second = opened(ready.tcp!)
    await until(() => second.got() === boot, 'boot lines again')
    second.socket.destroy()
  })

  test('ctl power and ctl sim; AT+CRESET keeps the port open; --sim-pin; the date', async () => {
    const { ready } = await startModule('--no-broker', '--sim-pin', '4711', '--control', '127.0.0.1:0')
    const env = { ATMQTT_CONTROL: ready.control! }
    const { socket, got } = opened(ready.tcp!)
    socket.write('ATE0;+CPIN?\r')
    await until(() => got().includes('+CPIN: SIM PIN'), 'the PIN is asked')
    socket.write('AT+CPIN=4711;+CCLK?\r')
    await until(() => got().includes('PB DONE'), 'ready')
    const [, year, month] = /\+CCLK: "(\d\d)\/(\d\d)/.exec(got())!
    expect(Date.now() - Date.UTC(2000 + Number(year), Number(month) - 1)).toBeLessThan(33 * 86_400_000)
    for (const args of [
      ['power', 'off'],
      ['power', 'on'],
      ['sim', 'remove'],
    ])
      expect(await run(['ctl', ...args], env)).toMatchObject({ code: 0 })
    await until(() => got().includes('NOT INSERTED'), 'no SIM')
    socket.write('AT+CRESET\r')
    await until(() => /OK\r\n\r\nQCRDY\r\n\r\n\+CPIN: NOT INSERTED\r\n$/.test(got()), 'restart')
    expect((await run(['ctl', 'power', 'up'], env)).code).toBe(1)
    socket.destroy()
  })

  test('--no-sim', async () => {
    const { ready } = await startModule('--no-broker', '--no-sim')
    const { socket, got } = opened(ready.tcp!)
    socket.write('AT+CPIN?\r')
    await until(() => got().endsWith('+CME ERROR: SIM not inserted\r\n'), 'no SIM')
    socket.destroy()
  })

  test.each([
    [['--power', 'later'], 'atmqtt: --power later: give one of start, open, each-open.\n'],
    [['--sim-pin', '12'], 'atmqtt: --sim-pin wants 4 to 8 digits, as in --sim-pin 1234.\n'],
  ])('%j', async (args, err) => {
    expect(await run(['module', ...args])).toMatchObject({ code: 2, err })
  })
})
