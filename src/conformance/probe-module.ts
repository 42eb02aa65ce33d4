import { mostAlike, profilesForModel } from '../at/profiles/profiles.ts'
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

/**
 * Asks a module what it is. Keys of `AT+CSSLCFG` tell the firmwares of a family apart; where they do not, it is the one
 * that names the model most closely.
 */
export async function probeModule(stream: ByteStream, clock: Clock): Promise<Probed> {
  const chat = new SuiteChat(stream, clock)
  const model = await modelOf(chat)
  const known = profilesForModel(model)
  if (known.length < 2) return { model, profile: known[0]?.name }
  const { lines, final } = await chat.ask('AT+CSSLCFG=?', limitMs)
  const has = (key: string): boolean => final === 'OK' && lines.some((line) => line.includes(`"${key}"`))
  const found = mostAlike(known, ({ tls }) => (tls.keys.every(has) ? tls.keys.length : -1))
  return { model, profile: found?.name }
}

/** A late answer to an earlier command may come first; it is empty. */
async function modelOf(chat: SuiteChat): Promise<string> {
  for (let tries = 0; tries < 2; tries++) {
    const model = (await chat.ask('AT+CGMM', limitMs)).lines.at(-1)
    if (model !== undefined) return model
  }
  return ''
}
