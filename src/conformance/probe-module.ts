import type { Clock } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { SuiteChat } from './suite-chat.ts'

const limitMs = 5000

/** Model names and the profile that stands for them; the first one that fits. */
const families: readonly (readonly [model: RegExp, profile: string])[] = [
  [/SIM76[57]\d/i, 'sim767x'],
  [/A76\d\d/i, 'a76xx'],
  [/SIM7[56]00/i, 'sim7600'],
]

export interface Probed {
  /** What the module says of itself; empty: nothing. */
  readonly model: string
  /** Undefined: none of ours. */
  readonly profile: string | undefined
}

/** Asks a module what it is. Keys of `AT+CSSLCFG` tell the later firmware of the same family. */
export async function probeModule(stream: ByteStream, clock: Clock): Promise<Probed> {
  const chat = new SuiteChat(stream, clock)
  const model = (await chat.ask('AT+CGMM', limitMs)).lines.at(-1) ?? ''
  const profile = families.find(([pattern]) => pattern.test(model))?.[1]
  const later = profile === 'sim767x' && (await isV106(chat))
  return { model, profile: later ? 'sim767x-v106' : profile }
}

/** `=?` of a key that only the later manual has. */
async function isV106(chat: SuiteChat): Promise<boolean> {
  const { lines, final } = await chat.ask('AT+CSSLCFG=?', limitMs)
  return final === 'OK' && lines.some((line) => line.includes('"ciphersuites"'))
}
