import { type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { Modem, type ModemOptions } from '../../../src/driver/exports.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import type { ByteStream } from '../../../src/io/stream.ts'
import { memoryLine } from '../../../src/io/transports/memory.ts'
import { faulty } from '../../../src/io/wrappers/faulty.ts'
import { Module } from '../../../src/module/public.ts'
import { silentLog } from '../silent-log.ts'

export interface DrivenOptions extends Partial<ModemOptions> {
  readonly profile?: Profile
  readonly clock?: Clock
  /** Bytes of one write of the module, cut. */
  readonly cut?: (bytes: Uint8Array) => readonly Uint8Array[]
}

export interface DrivenModule {
  readonly module: Module
  readonly modem: Modem
  readonly trace: string[]
  /** What the modem has sent, one character a byte. */
  sent(): string
  /** What the modem has open: what is written to it the modem does not know of. */
  readonly end: ByteStream
  readonly moduleEnd: ByteStream
  close(): Promise<void>
}

/** A module and a driver on one line in memory. */
export function drivenModule({
  profile = profiles.sim767x!,
  clock = nodeClock,
  cut = (bytes) => [bytes],
  ...options
}: DrivenOptions = {}): DrivenModule {
  const module = new Module({ profile, clock, dialer: nodeDialer({ clock }), log: silentLog })
  const line = memoryLine('line')
  module.attach(line.accepted, 'line')
  let sent = ''
  const trace: string[] = []
  const end = line.dial()
  const port = faulty(end)
  port.tap('out', {
    take(bytes, pass) {
      sent += textOf(bytes)
      pass(bytes)
    },
  })
  port.tap('in', { take: (bytes, pass) => cut(bytes).forEach(pass) })
  const modem = new Modem({ port, clock, profile, trace: (line) => trace.push(line), ...options })
  const close = async () => {
    await modem.close()
    await module.close()
  }
  return { module, modem, trace, sent: () => sent, end, moduleEnd: line.accepted, close }
}
