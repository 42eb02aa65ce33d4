import type { Needs } from '../command.ts'

/** What differs between firmwares in the forms and ranges of the MQTT commands; a profile's data. */
export interface MqttDialect {
  /** Longest payload of PAYLOAD, bytes. */
  readonly maxPayloadBytes: number
  /** Seconds. */
  readonly pubTimeout: readonly [min: number, max: number]
  /** Seconds, beside 0. */
  readonly discTimeout: readonly [min: number, max: number]
  /** What TOPIC and PAYLOAD need: `connection` refuses them with 11 while not connected. */
  readonly stagingNeeds: Extract<Needs, 'client' | 'connection'>
  /** Whether the `=?` line of CONNECT ends with user name and password. */
  readonly connectTestShowsLogin: boolean
  /** Whether `AT+CMQTTCFG="version"` is there. */
  readonly hasVersionConfig: boolean
  /** Whether ACCQ takes the MQTT version as a fourth parameter, and its read line shows it. */
  readonly acquireTakesVersion: boolean
  /** Whether `CMQTTSUBTOPIC` and `CMQTTUNSUBTOPIC` are there. */
  readonly hasTopicInput: boolean
  /**
   * A topic in quotes as parameter of SUB, UNSUB and PUB: `none`: `ERROR`; `refused`: 12; `argtopic`: accepted once
   * `AT+CMQTTCFG="argtopic"` has switched it on.
   */
  readonly quotedTopics: 'none' | 'refused' | 'argtopic'
  /** The code of CONNECT for an address that does not begin with `tcp://`; null: a bare `ERROR`. */
  readonly addressWithoutTcp: number | null
  /** Highest `<cid>` of START, STOP and CFG `cid`, `scid`; 0: these forms are not there. */
  readonly contexts: number
  /** Whether the `=?` line of DISC has a blank behind `0,`, as the note prints it. */
  readonly discTestHasBlank: boolean
}
