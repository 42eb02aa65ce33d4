import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { escapeBytes } from '../../src/at/public.ts'
import { pinoLog } from '../../src/io/runtime/log-pino.ts'
import { make } from '../../src/io/tls/testing-certificates.ts'
import { Recorder } from '../../src/recording/recorder.ts'
import { endAll, run } from '../support/cli.ts'
import { acquire, startModule } from '../support/module/module-host.ts'
import { SuiteSecrets, suiteSecrets } from '../support/run/suite-secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-'))
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

const told = (place: string): string => suiteSecrets.places().find((one) => one.place === place)?.text ?? ''

describe('a planted leak is found', () => {
  const keys = (['rsa', 'ec', 'ed25519'] as const).map((type) => {
    const { privateKey } =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 1024 })
        : type === 'ec'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('ed25519')
    return [type, privateKey] as const
  })
  /** Where in the base64 text of a key its secret begins. */
  const secretAt = { rsa: 400, ec: 50, ed25519: 24 }

  test.each(keys)('a key: %s', (type, key) => {
    const pem = key.export({ type: 'pkcs8', format: 'pem' }) as string
    const der = key.export({ type: 'pkcs8', format: 'der' })
    const leaks: Readonly<Record<string, string>> = {
      pem,
      'with other line ends': pem.replaceAll('\n', '\\r\\n'),
      'twice a window': der.toString('base64').slice(secretAt[type]).slice(0, 24),
      base64: der.toString('base64'),
      hex: der.toString('hex'),
      'hex in capitals': der.toString('hex').toUpperCase(),
      raw: der.toString('latin1'),
      escaped: escapeBytes(der),
      'the number of its JSON Web Key': key.export({ format: 'jwk' }).d ?? '',
    }
    const secrets = new SuiteSecrets()
    secrets.keepKeys(`some text\n${pem}`)
    const places = Object.entries(leaks).flatMap(([how, leak]) =>
      Array.from({ length: 12 }, (_, before) => ({
        place: `${how} behind ${before}`,
        text: `${'-'.repeat(before)}${leak}-`,
      })),
    )
    for (const { place, text } of places) secrets.tell(place, text)
    const sentences = places.map(({ place }) => expect.stringContaining(`a private key shows in ${place}, `))
    expect(secrets.findings()).toEqual(sentences)
  })

  test('a password, typed, and kept; the sentence does not show it', () => {
    const secrets = new SuiteSecrets()
    secrets.keepTyped('AT+CMQTTCONNEKT=0,"tcp://b",60,1,"user","hunter2"')
    secrets.keep('secret')
    secrets.tell('a trace', 'secrets are hidden\n')
    secrets.tell('the log, level warn', 'a mistake: hunter2\n')
    expect(secrets.findings()).toEqual(['a password shows in the log, level warn, behind ""'])
    secrets.tell('a trace', 'the password "secret" is wrong')
    expect(secrets.findings()).toHaveLength(2)
  })

  test('what was told in pieces', () => {
    const secrets = new SuiteSecrets()
    secrets.keep('hunter2')
    for (const character of 'hunter2') secrets.tell('a trace', character)
    expect(secrets.findings()).toHaveLength(1)
  })

  test('certificates are no secret', async () => {
    const { pem, key } = await make({ name: 'Anybody' })
    const secrets = new SuiteSecrets()
    secrets.keepKeys(key)
    secrets.tell('standard output', pem)
    expect(secrets.findings()).toEqual([])
  })
})

describe('nothing is missed', () => {
  test('what modules log', async () => {
    const { host, close } = await startModule()
    await acquire(host)
    await host.says('AT+CMQTTCONNECT=0,"tcp://127.0.0.1:1",60,1', 'OK', '+CMQTTCONNECT: 0,3')
    expect(told('the log, level warn')).toContain('CONNECT failed: ')
    await close()
  })

  test('what pino writes, fields too', () => {
    const log = pinoLog({ level: 'error', destination: { write() {} } })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      log.log(level, `heard at ${level}`, { field: level })
      expect(told(`the log, level ${level}`)).toContain(`heard at ${level} {"field":"${level}"}`)
    }
  })

  test('recordings', () => {
    const recorder = new Recorder({ redact: true, write() {} })
    recorder.take('host', Buffer.from('AT+HEARD\r'), 0)
    recorder.finish()
    expect(told('a recording')).toContain('> AT+HEARD')
  })

  test('programs: what they print, and the files they write', async () => {
    const file = join(folder, 'good.at')
    writeFileSync(file, '> AT\n< OK\n')
    await run(['play', file, '--memory'])
    expect(told('standard output of play')).toContain('good.at')
    await run(['no-such-command'])
    expect(told('standard error of no-such-command')).toContain('no-such-command')
  })
})
