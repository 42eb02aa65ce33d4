import type { X509Certificate } from 'node:crypto'
import { Recent } from './tls-recent.ts'

interface Ticket {
  readonly session: Buffer
  /** A resumed handshake shows no certificates: they are kept to be verified again. */
  readonly sent: readonly X509Certificate[]
}

const tickets = new Recent<Ticket>(256)

/** A connection's use of session tickets: the one it takes up, and the ones it leaves for the next. */
export class TicketUse {
  readonly #key: string
  readonly #taken: Ticket | undefined
  #session: Buffer | undefined
  #sent: readonly X509Certificate[] | undefined

  /** `key`: context, host and port; a ticket is of no use, and of no right, to others. */
  constructor(key: string) {
    this.#key = key
    this.#taken = tickets.get(key)
  }

  /** To take up. */
  session(): Buffer | undefined {
    return this.#taken?.session
  }

  /** What was sent when the session began. */
  sent(): readonly X509Certificate[] {
    return this.#taken?.sent ?? []
  }

  /** The server gave one. In TLS 1.2 that is before the verdict. */
  given(session: Buffer): void {
    this.#session = session
    this.#keep()
  }

  /** The server's certificates are accepted. */
  accepted(sent: readonly X509Certificate[]): void {
    this.#sent = sent
    this.#keep()
  }

  #keep(): void {
    if (this.#session && this.#sent) tickets.set(this.#key, { session: this.#session, sent: this.#sent })
  }
}
