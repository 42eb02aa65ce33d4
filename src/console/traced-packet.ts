import type { PacketView } from '../control/public.ts'

const field = /(\w+)=("(?:[^"])*"|\S+)/g
/** Fields of a trace that have another name in a packet. */
const names: Readonly<Record<string, string>> = { id: 'packetId', clean: 'cleanSession', user: 'username' }
const switches: ReadonlySet<string> = new Set(['dup', 'retain', 'clean', 'sessionPresent'])

/** The packet that a line of a trace tells of: `PUBLISH qos=1 id=1 topic="a" payload="b"`. */
export function tracedPacket(text: string): PacketView | undefined {
  const type = /^([A-Z]+)(?: |$)/.exec(text)?.[1]?.toLowerCase()
  if (type === undefined) return undefined
  const fields = [...text.matchAll(field)].map(([, name, value]) => [name!, readValue(name!, value!)] as const)
  const filters = fields.filter(([name]) => name === 'filter').map(([, value]) => value)
  const qos = fields.filter(([name]) => name === 'qos').map(([, value]) => value)
  const others = fields.filter(([name]) => name !== 'filter' && !name.startsWith('will'))
  const packet = {
    type,
    ...Object.fromEntries(others.map(([name, value]) => [names[name] ?? name, value])),
    ...(type === 'subscribe' && { filters: filters.map((filter, i) => ({ filter, qos: qos[i] ?? 0 })) }),
    ...(type === 'unsubscribe' && { filters }),
  }
  return packet as unknown as PacketView
}

function readValue(name: string, value: string): unknown {
  if (value.startsWith('"')) return value.slice(1, -1).replaceAll('\\x22', '"')
  if (name === 'granted') return value.split(',').map(Number)
  if (switches.has(name)) return value === '1'
  return /^\d+$/.test(value) ? Number(value) : value
}
