import { sim767x } from '../../src/at/commands/profiles/sim767x.ts'
import { nodeClock } from '../../src/io/clock-node.ts'
import { type MemoryHost, memoryPipe } from '../../src/io/memory.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { Module } from '../../src/module/public.ts'
import { Host } from './host.ts'

const log = { log() {} }
const dialer = nodeDialer({ clock: nodeClock })

/** A module as the command line makes it, without its lines. */
export const newModule = (): Module => new Module({ profile: sim767x, clock: nodeClock, dialer, log })

/** A module with one line on the memory transport, and the host that has it open. */
export function moduleInMemory(): { readonly module: Module; readonly end: MemoryHost; readonly host: Host } {
  const module = newModule()
  const { pipe, host: end } = memoryPipe()
  module.attach(pipe, 'bench')
  end.open()
  return { module, end, host: new Host(end) }
}
