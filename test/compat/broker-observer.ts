import mqtt from 'mqtt'

/** What came to the broker, by topic, in order: payload as text, QoS, whether it was to be retained. */
export type Observed = Readonly<Record<string, readonly (readonly [payload: string, qos: number, retain: boolean])[]>>

/** Listens to everything at a broker. By MQTT 5.0, which tells whether a message was published as retained. */
export class BrokerObserver {
  readonly #client: mqtt.MqttClient
  readonly #seen: Record<string, (readonly [string, number, boolean])[]> = {}

  private constructor(client: mqtt.MqttClient) {
    this.#client = client
    client.on('message', (topic, payload, { qos, retain }) => {
      const name = topic
      this.#seen[name] = [...(this.#seen[name] ?? []), [payload.toString('latin1'), qos, retain]]
    })
  }

  static async start(url: string): Promise<BrokerObserver> {
    const observer = new BrokerObserver(await mqtt.connectAsync(url, { protocolVersion: 5, clientId: 'observer' }))
    await observer.#client.subscribeAsync('#', { qos: 2, rap: true })
    return observer
  }

  /** What there was until now, and ends. */
  async end(): Promise<Observed> {
    // Behind everything that the broker has had so far.
    const last = new Promise<void>((resolve) => {
      this.#client.on('message', (topic) => topic === 'observer/end' && resolve())
    })
    await this.#client.publishAsync('observer/end', '', { qos: 1 })
    await last
    await this.#client.endAsync()
    const { 'observer/end': _, ...seen } = this.#seen
    return seen
  }
}
