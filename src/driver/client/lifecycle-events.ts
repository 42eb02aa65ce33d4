import type { Received } from '../protocol/answer.ts'
import type { ClientError } from './client-error.ts'

/** What a session tells its client. */
export interface ClientLifecycleEvents {
  connected(): void
  message(message: Received): void
  error(error: Error): void
  /** It goes on, but less well than it should. */
  warning(warning: ClientError): void
  /** The first time without a connection since there was one. */
  offline(): void
  /** `why`: it was not `end`. */
  closed(why?: Error): void
  reconnecting(): void
  /** It does not try again, and has given back what it had. */
  gaveUp(): Promise<void>
  /** It is to end with its module. */
  end(): Promise<void>
}
