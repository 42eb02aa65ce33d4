import type { Profile } from '../../../at/profiles/profile.ts'
import type { Clock, Random } from '../../../io/runtime/runtime.ts'
import type { ByteStream } from '../../../io/stream.ts'
import type { TlsOptions } from '../../certificates/tls-options.ts'
import type { OnlineOptions } from '../../setup/bring-online.ts'
import type { QoS } from '../packets.ts'
import type { UnsupportedPolicy } from './unsupported.ts'

/** Opens the line, also again after it was lost. */
export type OpenPort = () => Promise<ByteStream>

/** A module: how to reach it, and how to bring it online. */
export interface DeviceOptions extends OnlineOptions {
  /** An open port, or a function that opens it, which is called again when the port was lost. */
  readonly port: ByteStream | OpenPort
  /** What the module is; without it the module is asked. */
  readonly profile?: Profile
  /** Told every line, prompt and piece of data in both directions, secrets left out. */
  readonly trace?: (line: string) => void
  /** Limits are the module's own, times this; 1.5. */
  readonly limitFactor?: number
  /** Switches the module off and on by other means than its line, a GPIO say: the last resort. */
  readonly hardReset?: () => Promise<void>
  /** The real one, when it is not given. */
  readonly clock: Clock
  /** For jitter and for client IDs that were not given. */
  readonly random: Random
}

export interface Will {
  readonly topic: string
  readonly payload?: string | Uint8Array
  readonly qos?: QoS
  /** The module can't: `true` is `unsupported`. */
  readonly retain?: boolean
  /** Of MQTT 5.0: `unsupported`. */
  readonly properties?: object
}

/** MQTT.js's options, as far as the module has them; defaults are the same. */
export interface ClientOptions extends Omit<TlsOptions, 'host' | 'negotiateTime'> {
  /** `mqtt://host[:1883]` or `mqtts://host[:8883]`; user and password may stand in it. `mqtt://localhost:1883`. */
  readonly url?: string
  /** In place of the URL's. */
  readonly host?: string
  /** The same as `host`, before which it goes. */
  readonly hostname?: string
  /** A number is the server's, in place of the URL's: 1883, with TLS 8883. Anything else says where the module is. */
  readonly port?: number | string | ByteStream | OpenPort
  /** `mqtt` or `mqtts`, in place of the URL's; `mqtt`, and `mqtts` with `cert` and `key`. */
  readonly protocol?: string
  /** `user:password`, in place of the URL's. */
  readonly auth?: string
  /** In place of the URL's `?clientId=…`. */
  readonly query?: Readonly<Record<string, unknown>>
  /** 1 to 128 bytes; `atmqtt_`, with `path` four digits that mark the port, and eight by chance, also for an empty one. */
  readonly clientId?: string
  /** 1 to 256 bytes. */
  readonly username?: string
  /** 1 to 256 bytes; needs `username`. */
  readonly password?: string | Uint8Array
  /** 1 to 64,800 s; 60. 0 is `unsupported`. */
  readonly keepalive?: number
  /** A new session with each connection; true. */
  readonly clean?: boolean
  /** 4 is MQTT 3.1.1, 3 is 3.1; 4. */
  readonly protocolVersion?: 3 | 4
  /** `MQTT`, or `MQIsdp` for 3.1: what follows from `protocolVersion`. */
  readonly protocolId?: string
  /** What the server publishes when the connection ends without DISC. */
  readonly will?: Will
  /** How long name look-up, TCP, TLS and the server's answer may each take, in ms; 30,000. The module has whole seconds, 20 to 120. */
  readonly connectTimeout?: number
  /** Before the first attempt to connect again, in ms; 1000. Later ones wait longer. 0: no attempt. */
  readonly reconnectPeriod?: number
  /** The longest wait between attempts, in ms; 60,000. */
  readonly maxReconnectPeriod?: number
  /** Goes on trying when the server refuses the client; false. */
  readonly reconnectOnConnackError?: boolean
  /** Subscribes again after each connection; true. */
  readonly resubscribe?: boolean
  /** How long an acknowledgement of a publish is waited for, in s; 60. The module's range is 60 to 180, or 1 to 180. */
  readonly publishTimeout?: number
  /** Publishes a QoS 1 message again whose outcome is not known; true. */
  readonly resend?: boolean
  /** How often a publish is tried that does not succeed; 5. */
  readonly maxAttempts?: number
  /** QoS 0 messages, too, wait while there is no connection; true. */
  readonly queueQoSZero?: boolean
  /** The most messages that wait; 10,000. */
  readonly queueLimit?: number
  /** What gives way to one more: `reject` (the new one), `drop-newest`, `drop-oldest`; `reject`. */
  readonly queuePolicy?: QueuePolicy
  /** How long anything may wait for a connection, in ms; for ever. */
  readonly queueTimeout?: number
  /** How often the connection is asked for when nothing else goes on, in ms; 60,000. 0: never. */
  readonly checkPeriod?: number
  /** What the module can't and a program can do without: `warn` goes on without it and says so, `throw` refuses it; `warn`. */
  readonly unsupported?: UnsupportedPolicy
  /** A store of MQTT.js is `unsupported`: what waits is in memory. */
  readonly incomingStore?: object
  /** The same. */
  readonly outgoingStore?: object
  /** Which of the module's two clients, also when another program holds it; one that is free. */
  readonly clientIndex?: 0 | 1
}

/** `drop-oldest`, `drop-newest`: the message that gives way rejects with `dropped`. `reject`: the new one with `queueFull`. */
export type QueuePolicy = 'drop-oldest' | 'drop-newest' | 'reject'
