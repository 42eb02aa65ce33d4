import { profiles } from '../../../src/at/profiles/profiles.ts'
import { bytesOf, concat, textOf } from '../../../src/at/syntax/bytes.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import { Module } from '../../../src/module/public.ts'
import { MemoryServer } from '../memory-server.ts'
import { silentLog } from '../silent-log.ts'
import type { Foe, HostilePort } from './hostile-port.ts'
import { mutated, noise, pick, word } from './mutate.ts'

export interface Arena {
  readonly port: HostilePort
  readonly clock: Clock
  readonly random: Random
}

/** Makes a port hostile; gives what ends it. */
export type MakeFoe = (arena: Arena) => () => void

export const foes: Readonly<Record<string, MakeFoe>> = { noisy, wordy, endless, parrot, mutant }

/** Later than any limit of a command. */
const lateMs = 700_000
const nothing = () => {}

/** Random bytes, now and then many. */
function noisy({ port, random }: Arena): () => void {
  port.foe = sometimes(random, () => port.say(noise(random, random.below(random.below(40) === 0 ? 3000 : 60))))
  return nothing
}

/** Words of a module, in any order, of any length, at any time. */
function wordy({ port, random }: Arena): () => void {
  port.foe = sometimes(random, () => {
    const said = concat(Array.from({ length: random.below(4) }, () => word(random)))
    if (random.below(5) === 0) port.sayLater(said, lateMs)
    else port.say(random.below(3) === 0 ? mutated(said, random) : said)
  })
  return nothing
}

/** Never comes to an end: of a line, of a body, of a response. */
function endless({ port, clock, random }: Arena): () => void {
  const opening = bytesOf(pick(random, openings))
  const piece = bytesOf(pick(random, pieces))
  const everyMs = 1 + random.below(1900)
  let left = 60
  let cancel = nothing as () => void
  const on = (more: number) => {
    if (more === 0 || left-- <= 0) return
    port.say(piece)
    cancel = clock.after(everyMs, () => on(more - 1))
  }
  port.foe = () => {
    port.say(opening)
    cancel()
    on(12)
  }
  return nothing
}

const openings = ['', '+CMQTTRXPAYLOAD: 0,65536\r\n', '\r\n+CMEE: 1\r\n', '\r\n>\r\n', '\r\nOK\r\n', '\r\nOK\r\n']
const pieces = [
  'x'.repeat(5000),
  'row\r\n'.repeat(1000),
  `${'long row '.repeat(500)}\r\n`.repeat(8),
  '+CMQTTSUB: x\r\n'.repeat(300),
  '\r\n',
]

/** Says again what it was told, changed, and an answer now and then. */
function parrot({ port, random }: Arena): () => void {
  port.foe = sometimes(random, (bytes) => {
    port.say(random.below(2) === 0 ? bytes : mutated(bytes, random))
    if (random.below(2) === 0) port.say(word(random))
  })
  return nothing
}

/** Falls silent after so many answers: what follows is the driver's own patience. */
function sometimes(random: Random, foe: Foe): Foe {
  let left = random.below(100)
  return (bytes) => {
    if (left-- > 0) foe(bytes)
  }
}

/** A real module and a real session, changed on the way: pieces are mutated, delayed, doubled or lost. */
function mutant({ port, clock, random }: Arena): () => void {
  const server = new MemoryServer()
  const profile = pick(random, Object.values(profiles))
  const module = new Module({ profile, clock, dialer: server, log: silentLog })
  const { moduleEnd, host } = hostedLine()
  module.attach(moduleEnd, 'line')
  host.open()
  const [outRate, inRate] = pick(random, rates)
  const say = (bytes: Uint8Array) => {
    if (random.next() >= outRate) return port.say(bytes)
    if (random.below(4) === 0) return port.sayLater(bytes, pick(random, [100, 5000, lateMs]))
    port.say(mutated(bytes, random))
  }
  host.onData(say)
  port.foe = (bytes) => {
    host.write(random.next() < inRate ? mutated(bytes, random).slice() : bytes)
    if (random.below(30) === 0) server.publish('a/b', textOf(noise(random, random.below(40))), random.below(3))
  }
  if (random.below(4) === 0) host.write(bytesOf(pick(random, leftBehind)))
  return () => void module.close()
}

/** Shares of pieces that are changed, of the module and of the host; none: a session that succeeds. */
const rates: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.03, 0],
  [0.1, 0],
  [0.3, 0],
  [0.05, 0.05],
  [0, 0.1],
]

/** What another program had typed before it was killed. */
const leftBehind = [
  'AT+CMQTTSTART\rAT+CMQTTACCQ=0,"x"\rAT+CMQTTTOPIC=0,500\r',
  'AT+CCERTDOWN="a.pem",2000\r',
  'AT+CMQTTST',
  'AT+CMQTTSTART\r',
]
