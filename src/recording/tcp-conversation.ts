import { concat } from '../at/syntax/bytes.ts'

/** Addresses for documentation (RFC 5737): the module, the server. */
const moduleAddress = [192, 0, 2, 1]
const serverAddress = [192, 0, 2, 2]
/** The server's port is always that of MQTT, so that it is read as MQTT. */
const mqttPort = 1883
const firstPort = 49_152
const longestSegment = 1460

const flag = { fin: 1, syn: 2, push: 8, ack: 16 } as const
type From = 'module' | 'server'

/** An IP packet, and who sends it. */
export interface IpPacket {
  readonly from: From
  readonly bytes: Uint8Array
}

/** Makes the TCP/IP packets that would have carried a conversation: handshake, segments, end. */
export class TcpConversation {
  readonly #port: number
  readonly #next: Record<From, number> = { module: 0, server: 0 }

  /** `number` of the connection: each has a port of its own. */
  constructor(number: number) {
    this.#port = firstPort + (number % (65_536 - firstPort))
  }

  open(): readonly IpPacket[] {
    return [
      this.#segment('module', flag.syn),
      this.#segment('server', flag.syn | flag.ack),
      this.#segment('module', flag.ack),
    ]
  }

  data(from: From, bytes: Uint8Array): readonly IpPacket[] {
    const count = Math.ceil(bytes.length / longestSegment)
    return Array.from({ length: count }, (_, i) => {
      const part = bytes.subarray(i * longestSegment, (i + 1) * longestSegment)
      return this.#segment(from, flag.ack | (i === count - 1 ? flag.push : 0), part)
    })
  }

  close(): readonly IpPacket[] {
    return [
      this.#segment('module', flag.fin | flag.ack),
      this.#segment('server', flag.fin | flag.ack),
      this.#segment('module', flag.ack),
    ]
  }

  #segment(from: From, flags: number, data: Uint8Array = new Uint8Array(0)): IpPacket {
    const to = from === 'module' ? 'server' : 'module'
    const ports = from === 'module' ? [this.#port, mqttPort] : [mqttPort, this.#port]
    const header = new DataView(new ArrayBuffer(20))
    header.setUint16(0, ports[0]!)
    header.setUint16(2, ports[1]!)
    header.setUint32(4, this.#next[from])
    header.setUint32(8, flags & flag.ack ? this.#next[to] : 0)
    header.setUint8(12, 5 << 4)
    header.setUint8(13, flags)
    header.setUint16(14, 0xffff)
    this.#next[from] = (this.#next[from] + data.length + (flags & (flag.syn | flag.fin) ? 1 : 0)) >>> 0
    return { from, bytes: ipPacket(from, header, data) }
  }
}

function ipPacket(from: From, tcp: DataView, data: Uint8Array): Uint8Array {
  const addresses = from === 'module' ? [...moduleAddress, ...serverAddress] : [...serverAddress, ...moduleAddress]
  const length = 20 + data.length
  const pseudo = Uint8Array.of(...addresses, 0, 6, length >> 8, length & 0xff)
  tcp.setUint16(16, checksum(concat([pseudo, bytesIn(tcp), data])))
  const ip = new DataView(new ArrayBuffer(20))
  ip.setUint8(0, 0x45)
  ip.setUint16(2, 20 + length)
  ip.setUint16(6, 0x4000)
  ip.setUint8(8, 64)
  ip.setUint8(9, 6)
  for (const [i, byte] of addresses.entries()) ip.setUint8(12 + i, byte)
  ip.setUint16(10, checksum(bytesIn(ip)))
  return concat([bytesIn(ip), bytesIn(tcp), data])
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

const bytesIn = ({ buffer }: DataView): Uint8Array => new Uint8Array(buffer as ArrayBuffer)
