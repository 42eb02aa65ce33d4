import { lineageOf } from '../../at/profiles/profiles.ts'
import { namesOf } from './pattern.ts'
import type { Conditions, Step } from './transcript.ts'

/** What a transcript is played to. */
export interface TestEnvironment {
  readonly kind: 'hardware' | 'virtual'
  /** Undefined: not known, so every profile fits. */
  readonly profile?: string
  /** What else is there: `broker`, `tls`, `mutual-tls`, `peer`, `peer-control`, `fault`, and any other name that transcripts use. */
  readonly capabilities: readonly string[]
}

/** Holes that the player fills with the address of a server. */
export const capabilityOfHole: Readonly<Record<string, string>> = {
  broker: 'broker',
  brokerTls: 'tls',
  brokerMutual: 'mutual-tls',
  peer: 'peer',
}

/** Of a profile and those that it answers like, the nearest that is named decides: `a76xx !a7670c-v11`. */
export function isForProfile(profile: string, { profiles }: Pick<Conditions, 'profiles'>): boolean {
  for (const name of lineageOf(profile)) {
    if (profiles.includes(name)) return true
    if (profiles.includes(`!${name}`)) return false
  }
  return profiles.every((name) => name.startsWith('!'))
}

/** Why steps under these conditions are not played; undefined: they are. */
export function reasonToSkip(
  { profiles, only, needs }: Conditions,
  steps: readonly Step[],
  { kind, profile, capabilities }: TestEnvironment,
): string | undefined {
  if (profile && !isForProfile(profile, { profiles })) return `is for ${profiles.join(', ')}; this is ${profile}`
  if (only.length > 0 && !only.includes(kind)) return `is for ${only.join(' and ')} only`
  const missing = needsOf({ needs }, steps).filter((need) => !capabilities.includes(need))
  return missing.length > 0 ? `needs ${missing.join(', ')}` : undefined
}

/** The capabilities that are asked for, and those that the steps need without saying so. */
export function needsOf({ needs }: Pick<Conditions, 'needs'>, steps: readonly Step[]): readonly string[] {
  return [...new Set([...needs, ...neededBy(steps)])]
}

/** Capabilities that steps need: an address in a hole, `@fault`, `@peer`. */
function neededBy(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'fault') return ['fault']
    if (step.kind === 'peer') return ['peer', 'peer-control']
    if (step.kind !== 'send' && step.kind !== 'sendBytes') return []
    return namesOf(step.pattern).flatMap((name) => capabilityOfHole[name] ?? [])
  })
}

/** A hole in something that is sent, which no earlier answer can bind. */
export interface OpenHole {
  readonly name: string
  readonly step: Step
}

/** The holes that need a value from outside. */
export function openHoles(steps: readonly Step[]): readonly OpenHole[] {
  const bound = new Set<string>()
  const open: OpenHole[] = []
  for (const step of steps) {
    const names = namesIn(step)
    if (step.kind === 'send' || step.kind === 'sendBytes')
      open.push(...names.filter((name) => !bound.has(name)).map((name) => ({ name, step })))
    for (const name of names) bound.add(name)
  }
  return open
}

function namesIn(step: Step): readonly string[] {
  if (step.kind === 'anyTime') return step.items.flatMap(({ pattern }) => namesOf(pattern))
  return 'pattern' in step ? namesOf(step.pattern) : []
}
