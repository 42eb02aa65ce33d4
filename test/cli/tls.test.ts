import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endAll, run, runHere, start, startModule } from '../support/cli.ts'
import { until } from '../support/until.ts'

let folder: string
let state: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-cli-tls-'))
  state = join(folder, 'state')
})
afterEach(() => {
  endAll()
  rmSync(folder, { recursive: true, force: true })
})

/** A program on the AT port. `says` sends a line and gives what came for it, once `last` is there. */
async function hostOf(address: string) {
  const [name, port] = address.split(':')
  const socket = connect(Number(port), name)
  let got = ''
  socket.on('data', (bytes) => {
    got += bytes.toString('latin1')
  })
  const says = async (text: string, last: string): Promise<string> => {
    got = ''
    socket.write(`${text}\r`, 'latin1')
    await until(() => got.includes(last), `${last} after ${text}; got ${JSON.stringify(got)}`)
    return got
  }
  await says('ATE0', 'OK')
  return says
}

const certs = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await runHere(['certs', ...args, '--state', state])
  expect([code, err]).toEqual([0, ''])
  return out
}

const listed = (...names: readonly string[]): string =>
  `${names.map((name) => `\r\n+CCERTLIST: "${name}"`).join('')}\r\n\r\nOK\r\n`

test('a broker that wants certificates, and "certs" beside a running module: each change counts at the next command', async () => {
  const tls = ['--broker-tls', '127.0.0.1:0', '--broker-require-cert']
  const module = await startModule('--no-broker', ...tls, '--state', state)
  const { ready } = module
  expect(ready).toMatchObject({ broker: null, state, ca: join(state, 'ca', 'root.pem') })
  expect(new X509Certificate(readFileSync(ready.ca!)).ca).toBe(true)
  const says = await hostOf(ready.tcp!)
  const server = `tcp://localhost:${new URL(ready.brokerTls!).port}`
  const connects = async (code: number) => {
    const result = await says(`AT+CMQTTCONNECT=0,"${server}",60,1`, '+CMQTTCONNECT')
    expect(result).toBe(`\r\nOK\r\n\r\n+CMQTTCONNECT: 0,${code}\r\n`)
    if (code === 0) await says('AT+CMQTTDISC=0,60', '+CMQTTDISC: 0,0')
  }
  await says('AT+CMQTTSTART', '+CMQTTSTART: 0')
  await says('AT+CMQTTACCQ=0,"sensor1",1', 'OK')
  await connects(32)

  const issued = await certs('issue', 'sensor1')
  const names = ['sensor1_ca.pem', 'sensor1_cert.pem', 'sensor1_key.pem'] as const
  expect(await says('AT+CCERTLIST', 'OK')).toBe(listed(...names))
  for (const line of issued.match(/^AT.*$/gm) ?? []) expect(await says(line, 'OK')).toBe('\r\nOK\r\n')
  await connects(0)

  const [ca, cert, key] = names
  const kept = readFileSync(join(state, 'certs', cert))
  await certs('remove', cert)
  expect(await says('AT+CCERTLIST', 'OK')).toBe(listed(ca, key))
  await connects(33)
  await says(`AT+CCERTDOWN="${cert}",${kept.length}`, '>')
  await says(kept.toString('latin1'), 'OK')
  expect(statSync(join(state, 'certs', cert)).mode & 0o777).toBe(0o600)
  expect(await certs('list')).toBe(`${names.join('\n')}\n`)
  await connects(0)

  const logged = module.err().match(/CONNECT failed: [^"\\]*/g)
  expect(logged).toEqual([
    'CONNECT failed: no TLS with localhost: the server refused with the alert ',
    `CONNECT failed: clientcert ${cert} is not in the certificate store`,
  ])
  module.child.kill('SIGTERM')
  expect(await module.ended).toBe(0)
  expect(await certs('list')).toBe(`${names.join('\n')}\n`)
})

test('without --state: a folder for its owner only, removed at exit, or at the next start if the module was killed', async () => {
  const env = { TMPDIR: folder }
  const args = ['module', '--json', '--no-pty', '--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0']
  const started = async () => {
    const cli = start([...args, '--broker-tls', '127.0.0.1:0'], env)
    const line = await until(() => cli.out().split('\n').slice(0, -1)[0], `ready line; ${cli.err()}`, 45_000)
    return { ...cli, state: (JSON.parse(line) as { state: string }).state }
  }
  const stateFolders = () => readdirSync(folder).map((name) => join(folder, name))
  const killed = await started()
  expect(stateFolders()).toEqual([killed.state])
  expect(statSync(killed.state).mode & 0o777).toBe(0o700)
  expect(readdirSync(killed.state).sort()).toEqual(['ca', 'certs', 'files'])
  const alive = await started()
  expect(stateFolders().sort()).toEqual([killed.state, alive.state].sort())
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(stateFolders()).toContain(killed.state)
  const { code } = await run(['module', '--no-pty', '--no-tcp', '--no-broker', '--serial', '/dev/ttyNOTHERE'], env)
  expect([code, stateFolders()]).toEqual([3, [alive.state]])
  alive.child.kill('SIGTERM')
  expect([await alive.ended, stateFolders()]).toEqual([0, []])
})
