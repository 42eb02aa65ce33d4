import { expect, test } from 'vitest'
import { ClientModule } from '../support/driver/client-module.ts'
import { freePort } from '../support/free-port.ts'

test.each(['error', 'close'] as const)(
  'a client that gives up can be ended while it tells so (%s): the port is closed and end() resolves',
  async (event) => {
    const line = new ClientModule()
    const url = `mqtt://127.0.0.1:${await freePort()}`
    const client = line.connect({ url, clientId: 'x', reconnectPeriod: 0 })
    const heard: string[] = []
    client.on('error', () => void heard.push('error'))
    client.on('end', () => void heard.push('end'))
    await new Promise<void>((resolve) => client.once(event, () => void client.endAsync(true).then(resolve)))
    expect(heard).toEqual(['error', 'end'])
    expect(line.lines('+CMQTTREL=0')).toHaveLength(1)
    expect(() => client.modem).toThrow(/not open/)
    await line.close()
  },
)
