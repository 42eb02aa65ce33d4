import { spawn } from 'node:child_process'
import { afterEach, expect, test, vi } from 'vitest'
import { endAll, requireBuild, root, watch } from '../support/cli.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(endAll)

test('a first program that listens to nothing, with no port there: it says so, and waits for the port', async () => {
  requireBuild()
  const source = `
    import mqtt from ${JSON.stringify(`${root}dist/driver/node.js`)}
    const client = mqtt.connect('mqtt://test.mosquitto.org', { path: '/dev/ttyNONE', reconnectPeriod: 10 })
    client.on('reconnect', () => console.log('reconnect'))
    client.publish('hello', 'world')`
  const program = watch(spawn(process.execPath, ['--input-type=module', '-e', source]))
  await until(() => program.out().includes('reconnect\nreconnect'), `it waits; ${program.err()}`, 40_000)
  expect(program.err()).toMatch(/AtmqttWarning: There is no serial device \/dev\/ttyNONE\. /)
  expect(program.err().match(/AtmqttWarning/g)).toHaveLength(1)
})
