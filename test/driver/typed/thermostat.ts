// A program as people write it for MQTT.js in TypeScript. It is compiled against MQTT.js's types and against the driver's.
import mqtt, {
  type ClientSubscribeCallback,
  type IClientOptions,
  type IClientPublishOptions,
  type IClientSubscribeOptions,
  type IConnackPacket,
  type IPublishPacket,
  type ISubscriptionGrant,
  type ISubscriptionMap,
  MqttClient,
  type OnErrorCallback,
  type OnMessageCallback,
  type Packet,
  type PacketCallback,
} from 'mqtt'

interface Config {
  readonly server: string
  readonly user?: string
  readonly password?: string
}

export class Thermostat {
  private client: MqttClient | undefined
  private readonly last = new Map<string, string>()
  private readonly onMessage: OnMessageCallback = (topic: string, payload: Buffer, packet: IPublishPacket): void => {
    if (packet.retain) return
    this.last.set(topic, payload.toString('utf8'))
  }

  start(config: Config): MqttClient {
    const options: IClientOptions = { clientId: 'thermostat', clean: true, keepalive: 30, reconnectPeriod: 5000 }
    if (config.user !== undefined) options.username = config.user
    if (config.password !== undefined) options.password = config.password
    options.will = { topic: 'thermostat/state', payload: Buffer.from('gone'), qos: 1, retain: true }
    options.protocolVersion = 4
    options.rejectUnauthorized = false
    const client = mqtt.connect(config.server, options)
    client.setMaxListeners(0)
    client.on('connect', (connack: IConnackPacket) => this.subscribe(connack.sessionPresent === true))
    client.on('message', this.onMessage)
    const failed: OnErrorCallback = (error) => console.error(error.message)
    client.on('error', failed)
    client.once('close', () => console.log('closed'))
    client.on('reconnect', () => console.log('again'))
    client.on('packetreceive', (packet: Packet) => console.log(packet.cmd))
    this.client = client
    return client
  }

  private subscribe(resumed: boolean): void {
    if (resumed || !this.client) return
    const granted: ClientSubscribeCallback = (error: Error | null, grants?: ISubscriptionGrant[]) => {
      if (error) throw error
      for (const { topic, qos } of grants ?? []) console.log(`${topic} ${qos}`)
    }
    const quality: IClientSubscribeOptions = { qos: 1 }
    const map: ISubscriptionMap = { 'thermostat/set': quality, 'thermostat/mode': { qos: 0 } }
    this.client.subscribe(map, granted)
    this.client.subscribe(['a', 'b'], quality)
    this.client.subscribe('c', { qos: 2 }, (error) => error && console.error(error))
  }

  tell(celsius: number, done?: PacketCallback): void {
    const options: IClientPublishOptions = { qos: 1, retain: true }
    this.client?.publish('thermostat/celsius', celsius.toFixed(1), options, done)
    this.client?.publish('thermostat/raw', Buffer.of(1, 2), (error?: Error) => error && console.error(error))
  }

  async stop(): Promise<void> {
    if (!this.client?.connected || this.client.disconnecting) return
    await this.client.publishAsync('thermostat/state', 'off', { qos: 1 })
    await this.client.unsubscribeAsync(['a', 'b'])
    this.client.removeListener('message', this.onMessage)
    this.client.end(false, {}, () => console.log('ended'))
    await this.client.endAsync()
  }
}

export async function once(server: string): Promise<string> {
  const client: MqttClient = await mqtt.connectAsync(server)
  const granted: ISubscriptionGrant[] = await client.subscribeAsync('answer', { qos: 0 })
  const sent: Packet | undefined = await client.publishAsync('question', '?')
  client.end(true)
  return `${client instanceof MqttClient} ${granted.length} ${sent?.cmd} ${client.options.clientId}`
}
