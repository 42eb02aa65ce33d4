import type { Profile } from '../../at/profiles/profile.ts'
import { profiles, profilesForModel } from '../../at/profiles/profiles.ts'
import { isSameValue, loadProfile, ProfileError, profileValues } from '../../profile-file/public.ts'
import type { Learnt } from './learn.ts'
import { otherTimes, type TimeClass, type Times, timesOf } from './times.ts'

/** What a profile file says that was learnt. */
export interface LearntProfile {
  /** The built-in profile that differs least. */
  readonly base: string
  /** For `--profile`: `extends`, and exactly what differs. */
  readonly file: Readonly<Record<string, unknown>>
  readonly profile: Profile
  /** By path, what differs from the base. */
  readonly changes: readonly LearntValue[]
  /** Values that no profile can hold: path, value, and why. */
  readonly refused: readonly string[]
  /** Paths that nothing was learnt of. */
  readonly unknown: readonly string[]
  /** Paths of which a part was learnt, and which. */
  readonly partly: readonly (readonly [path: string, what: string])[]
}

export interface LearntValue {
  readonly path: string
  readonly ours: unknown
  readonly theirs: unknown
}

type Traits = ReadonlyMap<string, unknown>
type TimesByClass = ReadonlyMap<TimeClass, Times>

/** Times that differ by less are the same: a line and its host take some. */
const sameMs = 300

/** Makes a profile file of what was learnt. `date`: `2026-11-30`. */
export function learntProfile({ traits, asked }: Pick<Learnt, 'traits' | 'asked'>, date: string): LearntProfile {
  const times = timesOf(asked)
  const model = String(traits.get('identity.model') ?? '')
  const base = nearest(traits, model)
  const all = [...changesFrom(base, traits), ...timesFrom(base, times)]
  const kept = all.filter((change) => isAllowed(base.name, change.path, change.theirs))
  const name = `${(model || base.name).toLowerCase().replace(/[^a-z\d.-]+/g, '-')}-learnt`.slice(0, 64)
  const about = {
    extends: base.name,
    name,
    title: `${model || base.title}, learnt on ${date}`,
    ...(model && !profilesForModel(model).includes(base) && { models: [model.slice(0, 64)] }),
  }
  const file = kept.reduce<Readonly<Record<string, unknown>>>(
    (json, { path, theirs }) => withValue(json, path.split('.'), theirs),
    about,
  )
  const refused = all.filter((change) => !kept.includes(change))
  return {
    base: base.name,
    file,
    profile: loadProfile(file),
    changes: kept,
    refused: refused.map(({ path, theirs }) => `${path} ${JSON.stringify(theirs)}`),
    partly: inPart.filter(([path]) => traits.has(path)),
    unknown: profileValues(base)
      .map(({ path }) => path)
      .filter(
        (path) =>
          !traits.has(path) && !times.has(path.replace('responseTimes.', '') as TimeClass) && !ownOfFile.has(path),
      ),
  }
}

const inPart: readonly (readonly [path: string, what: string])[] = [
  ['general.lockedContexts', 'of context 1 alone'],
  ['cme', 'the words that were seen'],
  ['replies', 'of the commands that were asked for'],
]

/** Set by the file itself. */
const ownOfFile = new Set(['name', 'title', 'family', 'models'])

/** The one that differs least; of equals the one that names the model most closely, then the first. */
function nearest(traits: Traits, model: string): Profile {
  const [first, ...others] = [...profilesForModel(model), ...Object.values(profiles)]
  const count = (profile: Profile): number =>
    changesFrom(profile, traits).filter(({ path }) => !path.startsWith('identity.')).length
  return others.reduce((best, profile) => (count(profile) < count(best) ? profile : best), first!)
}

function changesFrom(base: Profile, traits: Traits): readonly LearntValue[] {
  const values = new Map(profileValues(base).map(({ path, value }) => [path, value]))
  return [...traits].flatMap(([path, found]) => {
    const ours = values.get(path)
    const seen = typeof found === 'function' ? (found as (base: unknown) => unknown)(ours) : found
    const theirs = path === 'restartBoot' ? bootAs(base, seen as Profile['boot']) : seen
    return isSameValue(ours, theirs) ? [] : [{ path, ours, theirs }]
  })
}

const timesFrom = ({ responseTimes }: Profile, times: TimesByClass): readonly LearntValue[] =>
  [...otherTimes(times, { ...responseTimes })].map(([kind, theirs]) => ({
    path: `responseTimes.${kind}`,
    ours: responseTimes[kind as TimeClass],
    theirs,
  }))

/**
 * The lines of a restart as the base has them, where they are the same at about the same times. Otherwise each waits
 * for what the line of the same text waits for in any of ours. Times count from the restart, which is `powerDownMs` behind `OK`.
 */
function bootAs(base: Profile, seen: Profile['boot']): Profile['restartBoot'] {
  const ours = base.restartBoot ?? base.boot
  const theirs = seen.map(({ text, afterMs }) => ({ afterMs: Math.max(0, afterMs - base.powerDownMs), text }))
  // A virtual module may restart in no time: what it prints is all there is to learn.
  const takesTime = seen.some(({ afterMs }) => afterMs > sameMs)
  const isAlike =
    ours.length === theirs.length &&
    ours.every(
      ({ text, afterMs }, i) =>
        text === theirs[i]!.text && (!takesTime || Math.abs(afterMs - theirs[i]!.afterMs) <= sameMs),
    )
  if (isAlike) return base.restartBoot
  return theirs.map((line) => {
    const like = Object.values(profiles)
      .flatMap((profile) => [...profile.boot, ...(profile.restartBoot ?? [])])
      .find(({ text }) => text === line.text)
    return { ...line, ...(like?.needs && { needs: like.needs }) }
  })
}

function isAllowed(base: string, path: string, value: unknown): boolean {
  try {
    loadProfile(withValue({ extends: base }, path.split('.'), value))
    return true
  } catch (error) {
    if (error instanceof ProfileError) return false
    throw error
  }
}

function withValue(
  json: Readonly<Record<string, unknown>>,
  [key, ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const inner = (json[key!] ?? {}) as Readonly<Record<string, unknown>>
  return { ...json, [key!]: rest.length === 0 ? value : withValue(inner, rest, value) }
}
