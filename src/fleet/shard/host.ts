import type { Qos } from '../../mqtt/public.ts'

/** A message on its way from a module. */
export interface FleetMessage {
  readonly topic: string
  readonly payload: string
  readonly qos: Qos
  readonly retain: boolean
  readonly intendedAt: number
  readonly sequence: number
  sentAt: number
  attempts: number
}

/** What a module's host tells the shard, as it happens. */
export interface HostEvents {
  /** An attempt begins that should have begun then. */
  attempted(intendedAt: number): void
  up(): void
  refused(cause: string): void
  lost(cause: string): void
  /** It ends the connection itself. */
  left(): void
  sent(message: FleetMessage): void
  acked(message: FleetMessage): void
  failed(message: FleetMessage, cause: string): void
  /** One character a byte. */
  received(payload: string): void
}

/** What types at a module: the driver, a transcript, or a lean one. */
export interface FleetHost {
  /** From now on it wants to be connected, and connects again by itself. */
  connect(intendedAt: number): void
  /** It ends the connection in order, and stays away. */
  disconnect(): void
  subscribe(topic: string, qos: Qos): void
  publish(message: FleetMessage): void
  /** Messages that wait or are under way. */
  pending(): number
  /** From the next connection on. */
  rename(clientId: string): void
  /** The module is without power: whatever was under way is over. */
  powerLost(): void
  powered(): void
  close(): void | Promise<void>
}
