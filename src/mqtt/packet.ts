/** The fourteen control packets of MQTT 3.1 and 3.1.1. Text is bytes as it stands on the wire: nothing here decodes UTF-8. */

/** 3 is MQTT 3.1 (`MQIsdp`), 4 is MQTT 3.1.1. */
export type Version = 3 | 4
export type Qos = 0 | 1 | 2

/** An application message. `topic` 1–65535 bytes. */
export interface Message {
  readonly topic: Uint8Array
  readonly payload: Uint8Array
  readonly qos: Qos
  readonly retain: boolean
}

export interface Connect {
  readonly type: 'connect'
  readonly version: Version
  readonly clientId: Uint8Array
  readonly cleanSession: boolean
  /** Seconds, 0–65535. */
  readonly keepAlive: number
  readonly will?: Message
  readonly username?: Uint8Array
  readonly password?: Uint8Array
}
export interface Connack {
  readonly type: 'connack'
  /** Always false in 3.1, whose CONNACK has no such flag. */
  readonly sessionPresent: boolean
  /** 0 accepted, 1–5 refused (unaccepted version, identifier, unavailable, bad login, not authorized). */
  readonly returnCode: number
}
export interface Publish extends Message {
  readonly type: 'publish'
  readonly dup: boolean
  /** 1–65535, and 0 for QoS 0, which has none on the wire. */
  readonly packetId: number
}
export interface Acknowledgement {
  readonly type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp' | 'unsuback'
  readonly packetId: number
}
export interface Subscribe {
  readonly type: 'subscribe'
  readonly packetId: number
  readonly filters: readonly { readonly filter: Uint8Array; readonly qos: Qos }[]
}
export interface Suback {
  readonly type: 'suback'
  readonly packetId: number
  /** Granted QoS for each filter, or 0x80: refused. */
  readonly granted: readonly number[]
}
export interface Unsubscribe {
  readonly type: 'unsubscribe'
  readonly packetId: number
  readonly filters: readonly Uint8Array[]
}
export interface EmptyPacket {
  readonly type: 'pingreq' | 'pingresp' | 'disconnect'
}
export type Packet = Connect | Connack | Publish | Acknowledgement | Subscribe | Suback | Unsubscribe | EmptyPacket
