import type { Profile } from '../../../at/profiles/profile.ts'
import type { Clock } from '../../../io/runtime/runtime.ts'
import { firstValue } from '../../commands/identity.ts'
import type { Modem } from '../../commands/modem.ts'
import { poll } from '../../protocol/wait.ts'
import { baseProfile } from './base-profile.ts'
import { mqttForms, tlsForms } from './forms.ts'
import { askAll, linesOf } from './questions.ts'

/** What was found out, by model and revision; to be kept for as long as a device is used. */
export type KnownDialects = Map<string, Profile>

const byModem = new WeakMap<Modem, KnownDialects>()
/** A module that is still starting refuses its first commands. */
const startLimits = { everyMs: 500, timeoutMs: 5000 }

/**
 * Asks the module who it is and which forms its firmware has, with questions alone, and gives the profile for
 * `modem.profile`. A model and revision that is in `known` is not asked further; without `known` the modem remembers.
 * Rejects when the port goes or nothing answers.
 */
export async function probeDialect(modem: Modem, clock: Clock, known = knownBy(modem)): Promise<Profile> {
  const identity = await identityOf(modem, clock)
  const key = JSON.stringify(identity)
  const found = known.get(key) ?? (await probe(modem, identity))
  known.set(key, found)
  return found
}

function knownBy(modem: Modem): KnownDialects {
  const known = byModem.get(modem) ?? new Map<string, Profile>()
  byModem.set(modem, known)
  return known
}

type Who = Pick<Profile['identity'], 'model' | 'revision' | 'build'>

async function identityOf(modem: Modem, clock: Clock): Promise<Who> {
  const model = await poll(clock, startLimits, async () => {
    const lines = await linesOf(modem, 'AT+CGMM')
    return Array.isArray(lines) ? firstValue(lines) : undefined
  })
  const revision = await linesOf(modem, 'AT+CGMR')
  const all = await linesOf(modem, 'AT+SIMCOMATI')
  return {
    model: model ?? '',
    revision: Array.isArray(revision) ? firstValue(revision) : '',
    build: (Array.isArray(all) && buildIn(all)) || '',
  }
}

/** The line without a name in front. */
const buildIn = (lines: readonly string[]): string | undefined =>
  lines.map((line) => line.trim()).find((line) => /^[\w.-]+$/.test(line))

async function probe(modem: Modem, who: Who): Promise<Profile> {
  const replies = await askAll(modem)
  const base = baseProfile(who.model, replies)
  return {
    ...base,
    title: [who.model, who.revision].filter((word) => word !== '').join(', ') || base.title,
    identity: { ...base.identity, ...who },
    mqtt: mqttForms(base, replies),
    tls: tlsForms(base, replies),
  }
}
