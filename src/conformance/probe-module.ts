import { profilesForModel } from '../at/profiles/profiles.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { SuiteChat } from './suite-chat.ts'

const limitMs = 5000

export interface Probed {
  /** What the module says of itself; empty: nothing. */
  readonly model: string
  /** Undefined: none of ours. */
  readonly profile: string | undefined
}

/** Asks a module what it is. Keys of `AT+CSSLCFG` tell the firmwares of a family apart. */
export async function probeModule(stream: ByteStream, clock: Clock): Promise<Probed> {
  const chat = new SuiteChat(stream, clock)
  const model = (await chat.ask('AT+CGMM', limitMs)).lines.at(-1) ?? ''
  const [first, ...later] = profilesForModel(model)
  if (later.length === 0) return { model, profile: first?.name }
  const { lines, final } = await chat.ask('AT+CSSLCFG=?', limitMs)
  const has = (key: string): boolean => final === 'OK' && lines.some((line) => line.includes(`"${key}"`))
  const more = later.filter(({ tls }) => tls.keys.length > first!.tls.keys.length)
  return { model, profile: (more.findLast(({ tls }) => tls.keys.every(has)) ?? first)!.name }
}
