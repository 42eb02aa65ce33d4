import type { MqttDialect } from './mqtt-commands.ts'
import type { Replies } from './replies.ts'
import type { TlsDialect } from './tls-commands.ts'

/** What differs by firmware, as data. One file a profile in `profiles/`. */
export interface Profile {
  readonly name: string
  readonly title: string
  readonly mqtt: MqttDialect & MqttBehaviour
  readonly tls: TlsDialect
  /** Sent after a command with a prompt was accepted. */
  readonly prompt: string
  /** Whether the bytes behind a prompt are echoed while `ATE1`. */
  readonly echoesData: boolean
  readonly bootLines: readonly string[]
  readonly identity: {
    readonly manufacturer: string
    readonly model: string
    readonly revision: string
    /** 15 digits, the last one the check digit. */
    readonly imei: string
  }
  /** Default of `+CMEE`. */
  readonly errorReports: 0 | 1 | 2
  readonly replies: Replies
}

/** How the MQTT commands behave where families differ; the note's own choice is `sim767x`. */
export interface MqttBehaviour {
  /** Seconds, when DISC has no timeout. */
  readonly discDefaultTimeout: number
  /** Short SUB and UNSUB with nothing staged: `ok`, or refused with 18. */
  readonly emptyShortForm: 'ok' | 'refuse'
  /** The code that START gives when it is started already; null: a bare `ERROR`. */
  readonly startWhenStarted: number | null
  /** The code that STOP gives when it is not started; null: a bare `ERROR`. */
  readonly stopWhenStopped: number | null
  /** Whether START and STOP print their result before `OK`. */
  readonly startResultFirst: boolean
  /**
   * How a CONNECT fails that was accepted: `deferred`: `OK`, later the result. `withheld`: nothing until the outcome
   * is known, then `OK` and the result, or the result and `ERROR`.
   */
  readonly connectFailure: 'deferred' | 'withheld'
  /** The code of a TLS handshake or verification that fails. */
  readonly tlsError: number
  /** Whether CFG refused by state prints `+CMQTTCFG: <index>,<err>` before `ERROR`. */
  readonly configRefusalHasCode: boolean
}
