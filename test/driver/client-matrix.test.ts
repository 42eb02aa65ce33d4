import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { openAuthority } from '../../src/broker/authority.ts'
import { type ClientOptions, connect } from '../../src/driver/node.ts'
import type { ByteStream } from '../../src/io/stream.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { listenTcp } from '../../src/io/transports/tcp.ts'
import { freePort } from '../support/free-port.ts'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { until } from '../support/until.ts'

let folder: string
let mosquitto: Mosquitto | undefined
const servers: Record<string, ClientOptions> = {}

/** One broker that listens in plain and over TLS. */
async function startServers(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-matrix-'))
  const authority = await openAuthority(folder)
  const { certificate, key } = await authority.server('127.0.0.1')
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const port = await freePort()
  mosquitto = await startMosquitto(
    [
      `listener ${port} 127.0.0.1`,
      `certfile ${file('certificate.pem', certificate)}`,
      `keyfile ${file('key.pem', key)}`,
    ].join('\n'),
  )
  servers.plain = { url: `mqtt://${mosquitto.address}` }
  servers.TLS = { url: `mqtts://127.0.0.1:${port}`, ca: authority.root }
}

/** The module's end of a line, and what a program calls the other one. */
interface Line {
  readonly moduleEnd: ByteStream
  readonly path: string
}

const lines: Readonly<Record<string, () => Promise<Line>>> = {
  async PTY() {
    const path = join(folder, 'tty')
    return { moduleEnd: await openPty({ path }), path }
  },
  async TCP() {
    const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
    return { moduleEnd, path: `tcp://${moduleEnd.address}` }
  },
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
/** Where dates are always checked, TLS needs a clock that somebody has set. */
const cases = Object.keys(lines).flatMap((line) =>
  Object.values(profiles).flatMap(({ name, tls }) =>
    (tls.ignoresLocalTimeSetting ? ['plain'] : ['plain', 'TLS']).map((server) => [line, name, server] as const),
  ),
)

describe.skipIf(mosquittoMissing)(`with mosquitto${mosquittoMissing ? `: ${mosquittoMissing}` : ''}`, () => {
  beforeAll(startServers)
  afterEach(closeModules)
  afterAll(async () => {
    await mosquitto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(cases)('over %s, %s, %s: every byte comes back as it was, with each QoS', async (line, profile, server) => {
    const { module } = new TlsModule({ profile, today: true })
    const { moduleEnd, path } = await lines[line]!()
    module.attach(moduleEnd, 'line')
    const sent: string[] = []
    const trace = (text: string) => void (text.startsWith('> AT+CMQTTPUB=0') && sent.push(text))
    const client = connect({ path, trace, ...servers[server] })
    const errors: string[] = []
    client.on('error', ({ message }) => void errors.push(message))
    const got: [string, Buffer][] = []
    client.on('message', (topic, payload) => void got.push([topic, payload]))
    for (const qos of [0, 1, 2] as const) {
      await client.subscribeAsync(`matrix/ä/${qos}`, { qos })
      await client.publishAsync(`matrix/ä/${qos}`, everyByte, { qos })
    }
    await until(() => got.length === 3, 'three messages')
    await client.endAsync()
    expect(got).toEqual([0, 1, 2].map((qos) => [`matrix/ä/${qos}`, everyByte]))
    expect(sent.map((text) => text.slice(0, 18))).toEqual([0, 1, 2].map((qos) => `> AT+CMQTTPUB=0,${qos},`))
    expect(errors).toEqual([])
  })
})
