import { concat, escapeBytes } from '../../at/syntax/bytes.ts'

/** Of private use: our own captures have the bytes of AT lines in it. */
const lineType = 147
const ipType = 101
const ethernetType = 1
const mqttPort = 1883
const blockTypes = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const
/** A longer block is no packet of a line: it is passed over. */
const longestBlock = 1 << 20
const flagsOption = 2

/** A pcapng file as rows of a trace, a row a packet: interfaces that hold no AT line are left out. */
export class CaptureRows {
  readonly #write: (row: Uint8Array) => void
  #kept: Uint8Array = new Uint8Array(0)
  /** Bytes of a block that is passed over. */
  #skip = 0
  #isLittle = true
  #linkTypes: number[] = []
  #firstUs: bigint | undefined

  constructor(write: (row: Uint8Array) => void) {
    this.#write = write
    write(ascii('# atmqtt trace: of a pcapng file\n'))
  }

  feed(bytes: Uint8Array): void {
    const skipped = Math.min(this.#skip, bytes.length)
    this.#skip -= skipped
    this.#kept = concat([this.#kept, bytes.subarray(skipped)])
    let at = 0
    while (this.#kept.length - at >= 12) {
      const length = this.#lengthAt(at)
      if (length < 12 || length % 4 !== 0) return this.#stop()
      if (length > longestBlock) {
        this.#skip = Math.max(0, length - (this.#kept.length - at))
        at = Math.min(this.#kept.length, at + length)
        continue
      }
      if (this.#kept.length - at < length) break
      this.#block(this.#kept.subarray(at, at + length))
      at += length
    }
    this.#kept = this.#kept.slice(at)
  }

  /** What follows is no pcapng. */
  #stop(): void {
    this.#kept = new Uint8Array(0)
    this.#skip = Number.POSITIVE_INFINITY
  }

  #lengthAt(at: number): number {
    const view = viewOf(this.#kept)
    if (view.getUint32(at, true) === blockTypes.section) this.#isLittle = view.getUint32(at + 8, true) === 0x1a2b3c4d
    return view.getUint32(at + 4, this.#isLittle)
  }

  #block(block: Uint8Array): void {
    const view = viewOf(block)
    const type = view.getUint32(0, this.#isLittle)
    if (type === blockTypes.section) this.#linkTypes = []
    if (type === blockTypes.interface && block.length >= 20) this.#linkTypes.push(view.getUint16(8, this.#isLittle))
    if (type === blockTypes.packet && block.length >= 32) this.#packet(view, block)
  }

  #packet(view: DataView, block: Uint8Array): void {
    const number = view.getUint32(8, this.#isLittle)
    const linkType = this.#linkTypes[number]
    if (linkType !== lineType && linkType !== ipType && linkType !== ethernetType) return
    const us = (BigInt(view.getUint32(12, this.#isLittle)) << 32n) | BigInt(view.getUint32(16, this.#isLittle))
    this.#firstUs ??= us
    const seconds = (Number(us - this.#firstUs) / 1e6).toFixed(3)
    const end = Math.min(28 + view.getUint32(20, this.#isLittle), block.length - 4)
    const bytes = block.subarray(28, end)
    if (linkType !== lineType) return this.#tcp(bytes.subarray(linkType === ethernetType ? 14 : 0), seconds)
    const arrow = directionOf(view, end, block.length - 4, this.#isLittle) === 'in' ? '<' : '>'
    this.#write(ascii(`${seconds} at${number} ${arrow} ${escapeBytes(bytes)}\n`))
  }

  /** What goes to a server of MQTT, or comes from it: nobody but a console reads these rows. */
  #tcp(ip: Uint8Array, seconds: string): void {
    const tcp = tcpIn(ip)
    if (!tcp?.ports.includes(mqttPort)) return
    const [source, target] = tcp.ports
    const [arrow, own] = target === mqttPort ? ['>', source] : ['<', target]
    this.#write(ascii(`${seconds} mqtt:${own} ${arrow} bytes: ${escapeBytes(ip.subarray(tcp.from, tcp.to))}\n`))
  }
}

/** Where the data of a TCP packet over IPv4 begins, and its ports; undefined: it is none, or has none. */
function tcpIn(ip: Uint8Array) {
  const header = (ip[0]! & 15) * 4
  if (ip[0]! >> 4 !== 4 || ip[9] !== 6 || ip.length < header + 20) return undefined
  const view = viewOf(ip)
  const from = header + (ip[header + 12]! >> 4) * 4
  const to = Math.min(view.getUint16(2), ip.length)
  return from < to ? { from, to, ports: [view.getUint16(header), view.getUint16(header + 2)] as const } : undefined
}

/** As the flags of a packet say it: into the module, or out of it. */
function directionOf(view: DataView, dataEnd: number, end: number, isLittle: boolean): 'in' | 'out' {
  let at = dataEnd + ((4 - (dataEnd % 4)) % 4)
  while (at + 8 <= end) {
    const [code, length] = [view.getUint16(at, isLittle), view.getUint16(at + 2, isLittle)]
    if (code === flagsOption) return (view.getUint32(at + 4, isLittle) & 3) === 1 ? 'in' : 'out'
    if (code === 0) break
    at += 4 + length + ((4 - (length % 4)) % 4)
  }
  return 'out'
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
