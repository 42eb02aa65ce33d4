import type { IClientOptions, MqttClient } from 'mqtt'

/** MQTT.js with its defaults, connected. */
export async function mqttJsClient(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  const { connectAsync } = await import('mqtt')
  return connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options })
}
