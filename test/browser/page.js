import { bringOnline, connect, Modem, systemClock, webSerialPort } from 'atmqtt/driver'
import { BridgedSerialPort } from './bridged-serial-port.js'
import './guide.js'

const serial = () => new BridgedSerialPort(`ws://${location.host}/line`)
Object.defineProperty(navigator, 'serial', { value: { requestPort: async () => serial() } })
const text = 'Grüße, 世界 🌍'
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)

/** What the test calls, by name; each gives what can be written as JSON. */
globalThis.scenes = {
  /** The client, as in MQTT.js: the events, the messages, and what a payload is. */
  async client(url) {
    const heard = []
    const payloads = []
    const client = connect(url, { port: () => webSerialPort(serial()), clientId: 'page-client' })
    for (const event of ['connect', 'close', 'end', 'error']) client.on(event, () => heard.push(event))
    const two = new Promise((resolve) => {
      client.on('message', (topic, payload) => {
        heard.push(`message ${topic}`)
        payloads.push(payload)
        if (payloads.length === 2) resolve()
      })
    })
    heard.push(await client.subscribeAsync('büro/+', { qos: 1 }))
    await client.publishAsync('büro/🌡', text, { qos: 1 })
    await client.publishAsync('büro/🌡', everyByte, { qos: 2 })
    await two
    await client.endAsync()
    const [first, second] = payloads
    return {
      heard,
      text: [first instanceof Uint8Array, first.toString(), `${first}`, [...first]],
      bytes: [second instanceof Uint8Array, [...second]],
    }
  },

  /** The device is pulled out and put back: the port is opened again, and what was subscribed to still is. */
  async replugged(url) {
    const heard = []
    const client = connect(url, { port: () => webSerialPort(serial()), reconnectPeriod: 50 })
    for (const event of ['connect', 'close', 'reconnect', 'end']) client.on(event, () => heard.push(event))
    await client.subscribeAsync('replugged')
    await client.modem.command('AT+UNPLUG').catch(() => {})
    const message = new Promise((resolve) => client.on('message', (_, payload) => resolve(`${payload}`)))
    await client.publishAsync('replugged', 'still here', { qos: 1 })
    heard.push(await message)
    await client.endAsync()
    return heard
  },

  /** The typed modem: everything that was received, as lists of bytes. */
  async modem(serverAddress) {
    const modem = new Modem({ port: await webSerialPort(serial()), clock: systemClock })
    const received = []
    modem.chat.on('message', (message) => received.push(message))
    await bringOnline(modem, systemClock)
    const { mqtt } = modem
    const clientIndex = 0
    await mqtt.start()
    await mqtt.acquire({ clientIndex, clientId: 'page-modem' })
    await mqtt.connect({ clientIndex, serverAddress, keepaliveTime: 60, cleanSession: 1 })
    await mqtt.subscribe({ clientIndex, qos: 1 }, 'büro/🌡')
    for (const payload of [text, everyByte]) {
      await mqtt.topic({ clientIndex }, 'büro/🌡')
      await mqtt.payload({ clientIndex }, payload)
      await mqtt.publish({ clientIndex, qos: 1, pubTimeout: 60 })
    }
    while (received.length < 2) await new Promise((resolve) => modem.chat.once('message', resolve))
    await mqtt.disconnect({ clientIndex, timeout: 60 })
    await modem.close()
    return received.map(({ topic, payload }) => [new TextDecoder().decode(topic), [...payload]])
  },

  /** Another speed opens the port anew; the module answers again. */
  async speed() {
    const port = await webSerialPort(serial())
    const modem = new Modem({ port, clock: systemClock })
    await modem.command('AT')
    await port.setBaud(921_600)
    await modem.command('AT')
    await modem.close()
    return true
  },

  /** How a command ends whose module is unplugged before it has answered. */
  async unplugged() {
    const modem = new Modem({ port: await webSerialPort(serial()), clock: systemClock })
    const closed = new Promise((resolve) => modem.chat.once('closed', resolve))
    const command = modem.command('AT+UNPLUG').catch((error) => `${error.name}: ${error.message}`)
    return { closed: (await closed).message, command: await command }
  },
}
