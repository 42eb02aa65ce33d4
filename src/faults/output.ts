import type { Command } from '../at/commands/command.ts'
import { mqttCommands } from '../at/commands/mqtt/mqtt-commands.ts'
import { hasDeferredResult, resultPattern } from '../at/commands/results.ts'
import { defaultProfile, profiles } from '../at/profiles/profiles.ts'
import { textOf } from '../at/syntax/bytes.ts'
import { urcs } from '../at/urcs.ts'

/** What a fault looks for in what the module writes: the bytes `from`–`to`. */
export interface Found {
  readonly from: number
  readonly to: number
}

/** For a pattern. */
const named = (urc: keyof typeof urcs): string => `\\${urcs[urc].name}`
const carriers = `${named('receiveTopic')}|${named('receivePayload')}`
/** The MQTT commands as the note has them; siblings name them alike. */
export const notedCommands = mqttCommands(defaultProfile.mqtt)
/** Of every profile: a fault does not know which one the module has. */
const results = new Set(
  Object.values(profiles)
    .flatMap(({ mqtt }): readonly Command[] => Object.values(mqttCommands(mqtt)))
    .filter(hasDeferredResult)
    .map(resultPattern),
)

/** One write of the module as text, the bytes of received topics and payloads blanked: they may look like anything. */
export function masked(bytes: Uint8Array): string {
  const whole = textOf(bytes)
  const header = new RegExp(`\\r\\n(?:${carriers}): \\d,(\\d+)\\r\\n`, 'g')
  let out = ''
  let at = 0
  for (let match = header.exec(whole); match; match = header.exec(whole)) {
    const length = Math.min(Number(match[1]), whole.length - header.lastIndex)
    out += whole.slice(at, header.lastIndex) + '\0'.repeat(length)
    at = header.lastIndex + length
    header.lastIndex = at
  }
  return out + whole.slice(at)
}

export function find(bytes: Uint8Array, pattern: RegExp): Found | undefined {
  const match = pattern.exec(masked(bytes))
  return match ? { from: match.index, to: match.index + match[0].length } : undefined
}

/** `OK`, with the CR LF around it. */
export const finalOk = /\r\nOK\r\n/
/** The result of a command that was accepted earlier. */
export const deferredResult = new RegExp(`\\r\\n(?:${[...results].join('|')})\\r\\n(?!\\r\\nERROR)`)
/** An information line, with the CR LF around it. */
export const informationLine = /\r\n[+A-Z][^\r\n]*\r\n(?=\r\n|[^\r\n]+\r\n)/
/** The payload bytes of a message's first part, blanked. */
export const receivePart = new RegExp(`(?<=\\r\\n${named('receivePayload')}: \\d,\\d+\\r\\n)\\0+`)
/** RXEND, without the CR LF in front of it. */
export const messageEnd = new RegExp(`${named('receiveEnd')}: \\d\\r\\n`)
/** A message, from RXSTART to RXEND, or another URC. */
export const unsolicited = new RegExp(
  `\\r\\n(?:${named('receiveStart')}: [\\s\\S]*?${named('receiveEnd')}: \\d|${named('connectionLost')}: \\d,\\d|${named('noNetwork')})\\r\\n`,
)
