import type { BrokerChoice, GroupTls, ModuleGroup, Reconnect } from './scenario.ts'
import type { GroupText } from './scenario-schema.ts'

export function groupOf(given: GroupText): ModuleGroup {
  const { name, count, profile = 'sim767x', host = 'lean', transcript, place, keepAlive = 60_000, clean = true } = given
  const will = given.will && {
    topic: given.will.topic,
    payload: given.will.payload ?? 'gone',
    qos: given.will.qos ?? 0,
  }
  return {
    ...{ name, count, profile, host, clean, keepAliveMs: keepAlive },
    transcript: transcript ?? null,
    places: placesOf(place),
    clientId: given.clientId ?? `${name}-{index}`,
    username: given.username ?? null,
    password: given.password ?? null,
    will: will ?? null,
    tls: given.tls ? tlsOf(given.tls) : null,
    reconnect: reconnectOf(given.reconnect),
  }
}

const placesOf = (place: GroupText['place']): ModuleGroup['places'] => {
  if (place === undefined) return []
  if (typeof place === 'string') return [{ place, share: 1 }]
  return Object.entries(place).map(([name, share]) => ({ place: name, share }))
}

const tlsOf = (given: NonNullable<GroupText['tls']>): GroupTls => ({
  ca: given.ca ?? null,
  authority: given.authority ?? null,
  cert: given.cert ?? null,
  key: given.key ?? null,
  resume: given.resume ?? false,
  version: given.version ?? '1.2-1.3',
})

function reconnectOf(given: GroupText['reconnect'] = 'driver'): Reconnect {
  if (typeof given === 'string') return { kind: given }
  if ('fixed' in given) return { kind: 'fixed', everyMs: given.fixed, jitterMs: given.jitter ?? 0 }
  return { kind: 'backoff', firstMs: given.first, longestMs: given.longest }
}

/** `embedded`, `mqtt://host[:port]`, `mqtts://host[:port]`; undefined: none of them. */
export function brokerOf(given: string): BrokerChoice | undefined {
  if (given === 'embedded') return { kind: 'embedded' }
  const [, scheme, host, port] = /^(mqtts?):\/\/(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?\/?$/i.exec(given) ?? []
  if (scheme === undefined || host === undefined) return undefined
  const tls = scheme.toLowerCase() === 'mqtts'
  const number = port === undefined ? (tls ? 8883 : 1883) : Number(port)
  if (number < 1 || number > 65_535) return undefined
  return { kind: 'server', host: host.replace(/^\[|\]$/g, ''), port: number, tls }
}
