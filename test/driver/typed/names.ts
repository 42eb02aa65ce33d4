// The other ways to import it.
import type { IClientOptions, MqttClient } from 'mqtt'
import * as all from 'mqtt'
import { connect, connectAsync } from 'mqtt'

export function open(host: string, port: number): MqttClient {
  const options: IClientOptions = {
    host,
    port,
    protocol: 'mqtt',
    log: () => {},
    resubscribe: true,
    queueQoSZero: false,
  }
  const client = connect(options)
  client.stream.on('error', () => {})
  client.on('offline', () => client.reconnect())
  client.end((error?: Error) => error && console.error(error))
  return all.connect('mqtt://localhost', { ...options, connectTimeout: 1000 })
}

export const opened = (): Promise<all.MqttClient> =>
  connectAsync('mqtt://localhost', { manualConnect: false } as object, true)
