import type { ClientOptions } from './options.ts'
import type { ClientSettings } from './settings.ts'

/** MQTT.js's options as they are in force. What could hold a secret is not among them. */
export type ShownOptions = Readonly<Record<string, unknown>> & {
  readonly protocol: 'mqtt' | 'mqtts'
  readonly host: string
  readonly hostname: string
  readonly port: number
  readonly clientId: string
  readonly username: string | undefined
  readonly keepalive: number
  readonly clean: boolean
  readonly protocolVersion: 3 | 4
  readonly protocolId: 'MQTT' | 'MQIsdp'
  readonly reconnectPeriod: number
  readonly connectTimeout: number
  readonly resubscribe: boolean
  readonly queueQoSZero: boolean
  readonly reconnectOnConnackError: boolean
  readonly rejectUnauthorized: boolean | undefined
}

export function shownOptions(options: ClientOptions, settings: ClientSettings): ShownOptions {
  const { server, version, will } = settings
  return Object.freeze({
    protocol: server.secure ? 'mqtts' : 'mqtt',
    ...{ host: server.host, hostname: server.host, port: server.port },
    ...{ clientId: settings.clientId, username: settings.userName, keepalive: settings.keepalive },
    ...{ clean: settings.clean, protocolVersion: version, protocolId: version === 3 ? 'MQIsdp' : 'MQTT' },
    ...{ reconnectPeriod: settings.reconnectPeriod, connectTimeout: options.connectTimeout ?? 30_000 },
    ...{ resubscribe: settings.resubscribe, queueQoSZero: settings.queueQoSZero },
    reconnectOnConnackError: settings.reconnectOnConnackError,
    rejectUnauthorized: options.rejectUnauthorized,
    ...(will && { will: Object.freeze({ topic: will.topic, qos: will.qos, retain: false }) }),
  })
}
