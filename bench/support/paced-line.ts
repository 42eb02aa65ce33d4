import { sim767x } from '../../src/at/commands/profiles/sim767x.ts'
import { Modem, memoryPort, type Port } from '../../src/driver/public.ts'
import { memoryPipe } from '../../src/io/memory.ts'
import type { Dialer } from '../../src/io/net/dialer.ts'
import { paced } from '../../src/io/paced.ts'
import type { Clock } from '../../src/io/runtime.ts'
import { Module } from '../../src/module/public.ts'
import { payloadText, topicText } from './message.ts'

const log = { log() {} }

/** A module in this process behind a line as slow as a UART, and the port at the line's other end. */
export function pacedLine(baud: number, clock: Clock, dialer: Dialer): Port {
  const module = new Module({ profile: sim767x, clock, dialer, log })
  const { pipe, host } = memoryPipe()
  module.attach(paced(pipe, { baud, clock, log }), 'bench')
  return memoryPort(host)
}

/** Both ways, echo off: TOPIC and PAYLOAD with prompts, data and OK, PUB with OK and result. */
const cycleBytes = 173
const bitsAByte = 10

/** Publishes a second, if the line did nothing else and never waited. */
export const cyclesAllowed = (baud: number): number => baud / bitsAByte / cycleBytes

/** Publishes the message of all rows at QoS 0. */
export type Publish = () => Promise<unknown>

const clientIndex = 0

/** By the typed modem's methods, one command after the other. */
export async function modemPublisher(port: Port, clock: Clock, server: string): Promise<Publish> {
  const modem = new Modem({ port, clock, profile: sim767x })
  const { mqtt } = modem
  await modem.general.echo({ echo: 0 })
  await mqtt.start()
  await mqtt.acquire({ clientIndex, clientId: 'bench-pace' })
  await mqtt.connect({ clientIndex, serverAddress: `tcp://${server}`, keepaliveTime: 600, cleanSession: 1 })
  return async () => {
    await mqtt.topic({ clientIndex }, topicText)
    await mqtt.payload({ clientIndex }, payloadText)
    await mqtt.publish({ clientIndex, qos: 0, pubTimeout: 60 })
  }
}
