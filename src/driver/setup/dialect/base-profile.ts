import { testLines } from '../../../at/commands/command.ts'
import { commandsOf } from '../../../at/commands/commands-of.ts'
import type { Profile } from '../../../at/profiles/profile.ts'
import { profiles, profilesForModel } from '../../../at/profiles/profiles.ts'
import { type DialectReplies, type Question, questions } from './questions.ts'

/**
 * The profile that says what `=?` lines do not: how results are ordered, when a failed connect is told. Of a family that
 * is known by its model, else of all, the one whose own `=?` lines are most like these.
 */
export function baseProfile(model: string, replies: DialectReplies): Profile {
  const known = profilesForModel(model)
  const candidates = known.length > 0 ? known : Object.values(profiles)
  const likenesses = candidates.map((profile) => likeness(profile, replies))
  return candidates[likenesses.indexOf(Math.max(...likenesses))]!
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
