import { bringOnline, Modem, systemClock, webSerialPort } from 'atmqtt/driver'
import { BridgedSerialPort } from './bridged-serial-port.js'

const serial = () => new BridgedSerialPort(`ws://${location.host}/line`)
const text = 'Grüße, 世界 🌍'
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)

/** What the test calls, by name; each gives what can be written as JSON. */
globalThis.scenes = {
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
