import type { MqttCommands } from '../commands/mqtt/mqtt-commands.ts'
import type { SiblingCommands } from '../commands/mqtt/sibling-commands.ts'
import type { Family } from '../profiles/profile.ts'

/** Two clauses without capital and full stop. */
export interface Advice {
  /** What has happened. */
  readonly meaning: string
  /** What to do. */
  readonly remedy: string
}

/** Where families differ. A family that is missing is not known to give the code, unless there are `others`. */
export type AdviceByFamily = { readonly [F in Family]?: Advice } & { readonly others?: Advice }
export type AdviceRow = Advice | AdviceByFamily

/** Of the definition. */
export type CommandKey = keyof MqttCommands | keyof SiblingCommands

/** By `<err>`, or `ERROR` without one. */
export type AdviceRows<K extends CommandKey> = Readonly<Record<K, Readonly<Record<string, AdviceRow>>>>

export const advice = (meaning: string, remedy: string): Advice => ({ meaning, remedy })

/** What several commands have in common. */
export const notAcquired = advice(
  'the client is not acquired: perhaps the module or its MQTT service was restarted',
  'acquire it first (AT+CMQTTACCQ)',
)

export const notConnected = advice(
  'the client is not connected; the OK of CONNECT is not its result',
  'wait for +CMQTTCONNECT: 0,0, and after +CMQTTCONNLOST connect again',
)

export const busy = advice(
  'an earlier command of this client has no result yet',
  'wait for that result, then send this again',
)

export const badUtf8 = advice(
  'the topic is not UTF-8',
  'send UTF-8, or switch the check off before CONNECT (AT+CMQTTCFG="checkUTF8",0,0)',
)

export const badTopic = advice(
  'a topic to publish to may hold no + and no #',
  'publish to a topic without wildcards; they are for filters',
)

export const badFilter = advice(
  'a wildcard of the filter does not fill its level, or # is not the last one',
  'write a/+/b or a/#, not a+ or a/#/b',
)
