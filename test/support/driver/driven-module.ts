import { type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { Modem, type ModemOptions } from '../../../src/driver/commands/modem.ts'
import { nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import type { Pipe } from '../../../src/io/stream.ts'
import { type MemoryHost, memoryPipe } from '../../../src/io/transports/memory.ts'
import { memoryPort } from '../../../src/io/transports/memory-port.ts'
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
  /** The line as a second host would open it, after the modem's port is closed. */
  readonly end: MemoryHost
  readonly pipe: Pipe
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
  const { pipe, host } = memoryPipe('line')
  module.attach(pipe, 'line')
  let sent = ''
  const trace: string[] = []
  const end = {
    open: () => host.open(),
    close: () => host.close(),
    write: (bytes: Uint8Array) => {
      sent += textOf(bytes)
      host.write(bytes)
    },
    onData: (callback: (bytes: Uint8Array) => void) =>
      host.onData((bytes) => {
        for (const part of cut(bytes)) callback(part)
      }),
  }
  const modem = new Modem({ port: memoryPort(end), clock, profile, trace: (line) => trace.push(line), ...options })
  const close = async () => {
    await modem.close()
    await module.close()
  }
  return { module, modem, trace, sent: () => sent, end: host, pipe, close }
}
