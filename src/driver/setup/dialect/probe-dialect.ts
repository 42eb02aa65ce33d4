import { testLines } from '../../../at/commands/command.ts'
import { commandsOf } from '../../../at/commands/commands-of.ts'
import type { Profile } from '../../../at/profiles/profile.ts'
import { mostAlike, profiles, profilesForModel } from '../../../at/profiles/profiles.ts'
import type { Clock } from '../../../io/runtime/runtime.ts'
import { firstValue } from '../../commands/identity.ts'
import type { Modem } from '../../commands/modem.ts'
import { poll } from '../../protocol/wait.ts'
import { mqttForms, tlsForms } from './forms.ts'
import { askAll, type DialectReplies, linesOf, type Question, questions } from './questions.ts'

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
  const answers = JSON.stringify([who, replies])
  if (latest?.answers !== answers) latest = { answers, profile: profileOf(who, replies) }
  return latest.profile
}

/** Modules that answer alike have one profile: of a thousand of one firmware it is kept once. */
let latest: { readonly answers: string; readonly profile: Profile } | undefined

function profileOf(who: Who, replies: DialectReplies): Profile {
  const base = baseProfile(who.model, replies)
  return {
    ...base,
    title: [who.model, who.revision].filter((word) => word !== '').join(', ') || base.title,
    identity: { ...base.identity, ...who },
    mqtt: mqttForms(base, replies),
    tls: tlsForms(base, replies),
  }
}

/**
 * The profile that says what `=?` lines do not: how results are ordered, when a failed connect is told. Of a family that
 * is known by its model, else of all, the one whose own `=?` lines are most like these; where several are, the one that
 * names the model most closely.
 */
function baseProfile(model: string, replies: DialectReplies): Profile {
  const known = profilesForModel(model)
  const candidates = known.length > 0 ? known : Object.values(profiles)
  return mostAlike(candidates, (profile) => likeness(profile, replies))!
}

/** How many replies are just as this profile's would be. */
function likeness(profile: Profile, replies: DialectReplies): number {
  const commands = Object.values(commandsOf(profile))
  const expected = (name: Question): string => {
    const command = commands.find((each) => each.name === name && !each.absent)
    return command ? testLines(command).join('\n') : 'refused'
  }
  const got = (name: Question): string | undefined => {
    const reply = replies[name]
    return Array.isArray(reply) ? reply.map((line) => `${name}: ${line}`).join('\n') : (reply as 'refused' | undefined)
  }
  return questions.filter((name) => got(name) === expected(name)).length
}
