import type { Module } from '../../module/public.ts'
import type { Qos } from '../../mqtt/public.ts'
import type { ShardRecorder } from '../metrics/recorder.ts'
import type { DeviceDialer } from './device-dialer.ts'
import type { FleetHost, FleetMessage, HostEvents } from './host.ts'
import type { FleetIdentity } from './identity.ts'

/** What the devices of a shard share. */
export interface DeviceParts {
  readonly recorder: ShardRecorder
  readonly now: () => number
  /** The number of a payload that this run sent, and when. */
  readonly sentAtOf: (payload: string) => number | undefined
  /** Sequence numbers begin behind it. */
  readonly sequencesFrom: number
  /** The subscriber is there: what is acknowledged while it is itself cut off is not compared. */
  readonly isListening: () => boolean
}

/** A module, its way to the network and its host, and what they tell of themselves. */
export class FleetDevice implements HostEvents {
  readonly identity: FleetIdentity
  readonly module: Module
  readonly dialer: DeviceDialer
  /** Its acknowledged messages are compared with what a subscriber sees. */
  isVerified = false
  host!: FleetHost
  readonly #parts: DeviceParts
  #sequence = 0
  #intendedAt = 0

  constructor(identity: FleetIdentity, module: Module, dialer: DeviceDialer, parts: DeviceParts) {
    this.identity = identity
    this.module = module
    this.dialer = dialer
    this.#parts = parts
  }

  get number(): number {
    return this.identity.module
  }

  /** What may wait in the host is bounded: a message more fails. */
  publish(
    message: Omit<FleetMessage, 'sequence' | 'payload' | 'attempts' | 'sentAt'>,
    payload: (sequence: number) => string,
    waiting: number,
  ): void {
    const { recorder, now } = this.#parts
    recorder.publishIntended(this.number, message.intendedAt)
    if (this.host.pending() > waiting) return recorder.publishFailed(this.number, now(), 'queue full')
    const sequence = this.#parts.sequencesFrom + ++this.#sequence
    const { topic, qos, retain, intendedAt } = message
    // Written out: a spread takes a tenth of a publish.
    this.host.publish({ topic, qos, retain, intendedAt, sequence, payload: payload(sequence), attempts: 0, sentAt: 0 })
  }

  subscribe(topic: string, qos: Qos): void {
    this.host.subscribe(topic, qos)
  }

  power(on: boolean): void {
    if (!on) this.host.powerLost()
    this.module.power(on)
    if (on) this.host.powered()
  }

  attempted(intendedAt: number): void {
    const { recorder, now } = this.#parts
    this.#intendedAt = intendedAt
    recorder.connectIntended(this.number, intendedAt)
    recorder.connectAttempted(this.number, now())
  }

  up(): void {
    const { recorder, now } = this.#parts
    const at = now()
    const { startedAt, nameAt, tcpAt, openAt = at } = this.dialer.times
    recorder.connectUp(this.number, {
      ...{ intendedAt: this.#intendedAt, startedAt, at, connackMs: at - openAt },
      ...(nameAt !== undefined && { nameMs: nameAt - startedAt }),
      tcpMs: (tcpAt ?? openAt) - (nameAt ?? startedAt),
      ...(tcpAt !== undefined && { tlsMs: openAt - tcpAt }),
    })
  }

  /** A cause with what the dialer knows of it: `err 25 (dns)`. */
  refused(cause: string): void {
    const { failure } = this.dialer.times
    const { recorder, now } = this.#parts
    recorder.connectRefused(this.number, now(), failure === undefined ? cause : `${cause} (${failure})`)
  }

  lost(cause: string): void {
    this.#parts.recorder.connectionLost(this.number, this.#parts.now(), cause)
  }

  left(): void {
    this.#parts.recorder.connectionEnded(this.number, this.#parts.now())
  }

  sent(message: FleetMessage): void {
    message.sentAt = this.#parts.now()
    this.#parts.recorder.publishSent(this.number, message.sentAt)
  }

  acked(message: FleetMessage): void {
    const { intendedAt, sentAt, sequence, qos } = message
    const counts = this.isVerified && qos > 0 && this.#parts.isListening()
    this.#parts.recorder.publishAcked(this.number, {
      ...{ intendedAt, sentAt, at: this.#parts.now() },
      ...(counts && { sequence }),
    })
  }

  failed(_: FleetMessage, cause: string): void {
    this.#parts.recorder.publishFailed(this.number, this.#parts.now(), cause)
  }

  received(payload: string): void {
    const { recorder, now, sentAtOf } = this.#parts
    recorder.received(this.number, now(), sentAtOf(payload))
  }
}
