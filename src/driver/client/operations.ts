import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { RefusedError } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import { ClientError } from './client-error.ts'
import type { QoS } from './packets.ts'
import type { PublishTask } from './task.ts'

/** TOPIC, PAYLOAD, PUB, with nothing of this client between; `begun` is called before PUB: until then nothing can have been published. */
export function publishMessage(
  modem: Modem,
  clientIndex: ClientIndex,
  task: PublishTask,
  { seconds, begun }: { readonly seconds: number; readonly begun: () => void },
): Promise<void> {
  const [least, most] = modem.profile.mqtt.pubTimeout
  const pubTimeout = Math.min(most, Math.max(least, seconds))
  return modem.exclusive(clientIndex, async () => {
    checkSize(modem, task.payload.length)
    if (task.payload.length === 0 && modem.staged(clientIndex) === 'dirty') throw stagedDirty()
    await modem.mqtt.topic({ clientIndex }, task.topic)
    if (task.payload.length > 0) await modem.mqtt.payload({ clientIndex }, task.payload)
    const flags = { ...(task.retain && { retained: 1 as const }), ...(task.dup && { dup: 1 as const }) }
    begun()
    await modem.mqtt.publish({ clientIndex, qos: task.qos, pubTimeout, ...flags })
  })
}

export function checkSize(modem: Modem, bytes: number): void {
  const most = modem.profile.mqtt.maxPayloadBytes
  if (bytes > most) throw tooLong(bytes, most)
}

export const tooLong = (bytes: number, most: number): ClientError =>
  new ClientError('invalid', `The payload has ${bytes} bytes, the module takes ${most} at most: split it.`)

/** An empty payload is one that is not input; one that is staged would go out instead, and only REL clears it. */
const stagedDirty = (): ClientError =>
  new ClientError('stagedDirty', 'The module may hold a payload from before, which an empty message would send.')

export function subscribeTo(modem: Modem, clientIndex: ClientIndex, topic: string, qos: QoS): Promise<void> {
  return modem.exclusive(clientIndex, async () => {
    try {
      await modem.mqtt.subscribe({ clientIndex, qos }, topic)
    } catch (error) {
      if (!lacksLongForm(modem, error)) throw error
      await modem.command(`AT+CMQTTSUBTOPIC=${clientIndex},${byteLength(topic)},${qos}`, { data: topic })
      await modem.mqtt.subscribe.subscribeStaged({ clientIndex })
    }
  })
}

export function unsubscribeFrom(modem: Modem, clientIndex: ClientIndex, topic: string): Promise<void> {
  return modem.exclusive(clientIndex, async () => {
    try {
      await modem.mqtt.unsubscribe({ clientIndex }, topic)
    } catch (error) {
      if (!lacksLongForm(modem, error)) throw error
      await modem.command(`AT+CMQTTUNSUBTOPIC=${clientIndex},${byteLength(topic)}`, { data: topic })
      await modem.mqtt.unsubscribe.unsubscribeStaged({ clientIndex })
    }
  })
}

/** Some firmwares have only the forms that take the topic from CMQTTSUBTOPIC: they refuse the others without a code. */
const lacksLongForm = (modem: Modem, error: unknown): boolean =>
  error instanceof RefusedError && modem.profile.mqtt.hasTopicInput

const byteLength = (text: string): number => new TextEncoder().encode(text).length
