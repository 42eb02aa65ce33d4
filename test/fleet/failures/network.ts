import { execFileSync } from 'node:child_process'
import { errorText } from '../../../src/io/setup-error.ts'

const name = (what: string): string => `atmqtt-${process.env.ATMQTT_NETWORK ?? process.pid}-${what}`

/** Hosts with a network of their own, as namespaces of this one: a hub with the broker, Redis, three workers. */
export const hosts = {
  hub: { namespace: name('hub'), address: '10.77.0.1' },
  redis: { namespace: name('redis'), address: '10.77.0.2' },
  worker1: { namespace: name('w1'), address: '10.77.0.11' },
  worker2: { namespace: name('w2'), address: '10.77.0.12' },
  worker3: { namespace: name('w3'), address: '10.77.0.13' },
} as const
export type Host = keyof typeof hosts

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })

const portOf = (host: Host): string => `p-${host}`

/** A sentence: why this machine can't. */
export function makeNetwork(): string | undefined {
  try {
    ip('netns', 'add', hosts.hub.namespace)
    ip('-n', hosts.hub.namespace, 'link', 'add', 'br0', 'type', 'bridge')
    addressed('hub', 'br0')
    for (const host of Object.keys(hosts) as Host[]) if (host !== 'hub') joined(host)
    return undefined
  } catch (error) {
    removeNetwork()
    return `network namespaces are not permitted here (${errorText(error).trim().split('\n').at(-1)}): run it as root`
  }
}

export function removeNetwork(): void {
  for (const { namespace } of Object.values(hosts))
    try {
      ip('netns', 'del', namespace)
    } catch {
      // It was not made.
    }
}

function joined(host: Host): void {
  const { namespace } = hosts[host]
  ip('netns', 'add', namespace)
  const hub = hosts.hub.namespace
  ip('-n', hub, 'link', 'add', portOf(host), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
  ip('-n', hub, 'link', 'set', portOf(host), 'master', 'br0', 'up')
  addressed(host, 'eth0')
}

function addressed(host: Host, device: string): void {
  const { namespace, address } = hosts[host]
  ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', device)
  ip('-n', namespace, 'link', 'set', device, 'up')
  ip('-n', namespace, 'link', 'set', 'lo', 'up')
}

/** From everybody; what it sends is lost without an error. */
export const cutOff = (host: Host): void => ip('-n', hosts.hub.namespace, 'link', 'set', portOf(host), 'down')
export const joinAgain = (host: Host): void => ip('-n', hosts.hub.namespace, 'link', 'set', portOf(host), 'up')

/** Redis's answers to it are lost; the broker's are not. */
export const cutOffFromRedis = (host: Host): void =>
  ip('-n', hosts.redis.namespace, 'route', 'add', 'blackhole', `${hosts[host].address}/32`)
export const reachRedisAgain = (host: Host): void =>
  ip('-n', hosts.redis.namespace, 'route', 'del', 'blackhole', `${hosts[host].address}/32`)
