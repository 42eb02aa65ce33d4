import type { TlsDialect } from '../../../at/commands/tls/tls-commands.ts'
import type { Profile } from '../../../at/profiles/profile.ts'
import { profiles } from '../../../at/profiles/profiles.ts'
import type { DialectReplies, Question } from './questions.ts'

type Mqtt = Profile['mqtt']

/** The MQTT forms and ranges that a firmware says it has; what it does not say is as in `base`. */
export function mqttForms({ mqtt }: Profile, replies: DialectReplies): Mqtt {
  const config = linesIn(replies, '+CMQTTCFG')
  return {
    ...mqtt,
    maxPayloadBytes: spanOf(replies, '+CMQTTPAYLOAD', 1)?.[1] ?? mqtt.maxPayloadBytes,
    pubTimeout: spanOf(replies, '+CMQTTPUB', 2) ?? mqtt.pubTimeout,
    ...disconnectForms(mqtt, replies),
    connectTestShowsLogin: says(replies, '+CMQTTCONNECT', /user/) ?? mqtt.connectTestShowsLogin,
    acquireTakesVersion: says(replies, '+CMQTTACCQ', /\(3-4\)/) ?? mqtt.acquireTakesVersion,
    hasTopicInput: hasTopicInput(replies) ?? mqtt.hasTopicInput,
    ...(config && configForms(mqtt, config)),
  }
}

function disconnectForms({ discTimeout, discTestHasBlank }: Mqtt, replies: DialectReplies) {
  const span = spanOf(replies, '+CMQTTDISC', 1)
  if (!span) return { discTimeout, discTestHasBlank }
  return { discTimeout: span, discTestHasBlank: says(replies, '+CMQTTDISC', /0, /) === true }
}

/** From a firmware that refuses every `=?` nothing follows. */
function hasTopicInput(replies: DialectReplies): boolean | undefined {
  const reply = replies['+CMQTTSUBTOPIC']
  if (reply !== 'refused') return reply && true
  return linesIn(replies, '+CMQTTPUB') ? false : undefined
}

function configForms({ quotedTopics }: Mqtt, config: readonly string[]) {
  const has = (key: string) => config.some((line) => line.toLowerCase().startsWith(`"${key}"`))
  const cid = config.find((line) => line.startsWith('"cid"'))
  return {
    hasVersionConfig: has('version'),
    quotedTopics: has('argtopic')
      ? ('argtopic' as const)
      : quotedTopics === 'argtopic'
        ? ('none' as const)
        : quotedTopics,
    contexts: lastSpan(groupsIn(cid ?? '')[0])?.[1] ?? 0,
  }
}

const laterKeys = ['password', 'ignorecertCN', 'use_tickets', 'ciphersuites'] as const

/** The same for TLS contexts and the store. */
export function tlsForms({ tls }: Profile, replies: DialectReplies): Profile['tls'] {
  const settings = linesIn(replies, '+CSSLCFG')
  const keyOf = (line: string) => /^"(\w+)"/.exec(line)?.[1]?.toLowerCase()
  const named = settings?.map(keyOf)
  const file = settings?.find((line) => keyOf(line) === 'cacert')
  const keys = named ? laterKeys.filter((key) => named.includes(key.toLowerCase())) : tls.keys
  return {
    ...tls,
    keys,
    row: rowOf(tls, keys),
    maxFileName: lastSpan(groupsIn(file ?? '').at(-1))?.[1] ?? tls.maxFileName,
    maxCertificateName: spanOf(replies, '+CCERTDOWN', 0)?.[1] ?? tls.maxCertificateName,
  }
}

/** No reply tells the order of the read line: it is that of a firmware with the same keys. */
function rowOf(tls: TlsDialect, keys: TlsDialect['keys']): TlsDialect['row'] {
  if (keys.join() === tls.keys.join()) return tls.row
  return Object.values(profiles).find((profile) => profile.tls.keys.join() === keys.join())?.tls.row ?? tls.row
}

function linesIn(replies: DialectReplies, name: Question): readonly string[] | undefined {
  const reply = replies[name]
  return reply === 'refused' || reply?.length === 0 ? undefined : reply
}

function says(replies: DialectReplies, name: Question, pattern: RegExp): boolean | undefined {
  return linesIn(replies, name)?.some((line) => pattern.test(line))
}

/** The last span of a parameter, counted from 0: `(0, 60-180)` is 60 to 180. */
function spanOf(replies: DialectReplies, name: Question, parameter: number): Span | undefined {
  const line = linesIn(replies, name)?.[0]
  return line === undefined ? undefined : lastSpan(groupsIn(line)[parameter])
}

type Span = readonly [from: number, to: number]

const groupsIn = (line: string): readonly string[] => [...line.matchAll(/\(([^)]*)\)/g)].map(([, group]) => group!)

function lastSpan(group: string | undefined): Span | undefined {
  const found = /(\d+)-(\d+)\s*$/.exec(group ?? '')
  return found ? [Number(found[1]), Number(found[2])] : undefined
}
