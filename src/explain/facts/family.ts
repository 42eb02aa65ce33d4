import type { Profile } from '../../at/profiles/profile.ts'
import { profiles, profilesForModel } from '../../at/profiles/profiles.ts'
import type { FactStore } from './fact-store.ts'

/** What kind of module a log is of. */
export interface ModuleFamily {
  /** `sim767x`, `a76xx`, `sim7600`, or the beginning of a model that is none of ours: `SIM7080`. */
  readonly name: string
  /** The built-in profile; none: the model is none of ours. */
  readonly profile?: string
  readonly model?: string
  readonly revision?: string
  /** 0 to 1. */
  readonly confidence: number
}

const model = /\b(?:SIM(?:COM)?[_ ]?)?((?:A76\d\d|SIM\d{3,4}|SIM\d{2}xx)[A-Z0-9]{0,6}(?:-[A-Z0-9]{1,8})*)/i
const bootFamilies: Readonly<Record<string, string>> = { QCRDY: 'sim767x', '*ATREADY: 1': 'a76xx' }

/** As the header of a trace names it. */
export const tracedProfile = /^profile ([\w-]+)$/

/** From what the module says of itself, what it prints when it starts, and what the host prints. */
export function familyOf(store: FactStore): ModuleFamily | undefined {
  const told = fromText([...identityLines(store)], 0.95)
  if (told) return told
  const prints = store.of('print').map(({ text }) => text)
  const traced = prints.map((text) => tracedProfile.exec(text)?.[1] ?? '').find((name) => Object.hasOwn(profiles, name))
  if (traced !== undefined) return familyOfProfile(traced)
  const printed = fromText(prints, 0.7)
  if (printed) return printed
  const boot = store.of('boot').find(({ text }) => bootFamilies[text])
  if (boot) return ours(bootFamilies[boot.text]!, 0.7)
  return undefined
}

/** The family of a built-in profile. Throws a `RangeError` where there is none of that name. */
export function familyOfProfile(name: string): ModuleFamily {
  if (!Object.hasOwn(profiles, name))
    throw new RangeError(`${name} is no profile: there are ${Object.keys(profiles).join(', ')}.`)
  return { ...ours(baseOf(name), 1), profile: name, model: profiles[name]!.identity.model }
}

/** The family of a firmware, also of one that a user has written. */
export const familyOfFirmware = ({ name, family }: Profile): ModuleFamily =>
  familyOfProfile(Object.hasOwn(profiles, name) ? name : family)

function* identityLines(store: FactStore): Iterable<string> {
  for (const name of ['I', '+CGMM', '+SIMCOMATI', '+CGMR', '+GMM', '+GMR'])
    for (const { info } of store.of('exchange', name)) yield* info
}

function fromText(lines: readonly string[], confidence: number): ModuleFamily | undefined {
  for (const line of lines) {
    const found = model.exec(line)?.[1]
    if (found) return { ...ofModel(found.toUpperCase(), confidence), ...revisionIn(lines) }
  }
  return undefined
}

function revisionIn(lines: readonly string[]): { readonly revision?: string } {
  const line = lines.find((each) => /revision|CGMR/i.test(each))
  const revision = line?.replace(/^.*?:\s*/, '').trim()
  return revision ? { revision } : {}
}

function ofModel(name: string, confidence: number): ModuleFamily {
  const [profile] = profilesForModel(name)
  if (!profile) return { name: name.slice(0, 7), model: name, confidence }
  return { ...ours(baseOf(profile.name), confidence), model: name, profile: profile.name }
}

const baseOf = (profile: string): string =>
  profile.startsWith('a76') ? 'a76xx' : profile.startsWith('sim767') ? 'sim767x' : profile

const ours = (name: string, confidence: number): ModuleFamily => ({
  name,
  ...(profiles[name] && { profile: name }),
  confidence,
})
