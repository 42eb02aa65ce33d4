import { connectAsync } from 'mqtt'
import { describe, expect, test } from 'vitest'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import { mosquittoMissing, startMosquitto } from './mosquitto.ts'

const quick = { reconnectPeriod: 0, connectTimeout: 2000 }

describe.skipIf(mosquittoMissing)('mosquitto', () => {
  test('starts, logs, stops, and starts on the same port again', async () => {
    const port = await freePort()
    for (const end of ['stop', 'kill'] as const) {
      const broker = await startMosquitto('', { port })
      expect(broker.address).toBe(`127.0.0.1:${port}`)
      const client = await connectAsync(`mqtt://${broker.address}`, { ...quick, clientId: 'me' }, false)
      await until(() => broker.log.includes(' as me '), 'the client is in the log')
      await client.endAsync(true)
      await broker[end]()
      await broker.stop()
      await expect(connectAsync(`mqtt://${broker.address}`, quick, false)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      })
    }
  })

  test('lets in who has a login', async () => {
    const broker = await startMosquitto('', { logins: { alice: 'secret' } })
    const url = `mqtt://${broker.address}`
    const client = await connectAsync(url, { ...quick, username: 'alice', password: 'secret' }, false)
    await client.endAsync(true)
    await expect(connectAsync(url, quick, false)).rejects.toMatchObject({ code: 5 })
    await broker.stop()
  })

  test('says why it does not start', async () => {
    await expect(startMosquitto('no_such_option 1')).rejects.toThrow('no_such_option')
  })
})
