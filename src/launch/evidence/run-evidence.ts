import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Evidence, parseRequirements, type Requirement } from '../../conformance/requirements.ts'
import { requirementsFolder, version } from '../package.ts'
import type { Recorded } from './evidence-recorder.ts'

/** From the best known to what is our choice: `docs/reference/requirements/README.md`. */
export const evidenceOrder: readonly Evidence[] = ['note', 'A', 'B', 'C', 'D', 'E']

/** A behaviour that a host relied on. */
export interface ReliedBehaviour {
  /** Of a requirement, `state-18`; of a form of a command, `2.2.12-write`. */
  readonly id: string
  /** One sentence, in Markdown. */
  readonly what: string
  /** How it is known: where there are two, the better one. */
  readonly grade: Evidence
  readonly source: string
  readonly times: number
}

/** What the hosts of a module relied on, by how it is known. */
export interface RunEvidence {
  /** `atmqtt 0.1.0` */
  readonly tool: string
  readonly profile: string
  /** What is known worst first. */
  readonly behaviours: readonly ReliedBehaviour[]
  /** Forms that were answered and have no effect here. */
  readonly accepted: readonly ReliedBehaviour[]
  /** Commands that atmqtt does not know and answered `ERROR`. */
  readonly unknown: readonly string[]
  /** Commands that replies of a profile of one's own answered. */
  readonly replies: readonly string[]
  /** Faults since the start, or the last `fresh`, that never started or touched nothing: a sentence each. */
  readonly idleFaults: readonly string[]
}

export function runEvidence(recorded: Recorded, profile: string, idleFaults: readonly string[]): RunEvidence {
  const forms = recorded.forms.map(({ id, what, title, evidence, source, times, accepted }) => ({
    accepted,
    behaviour: { id, what: `\`${what}\`: ${title}`, grade: evidence, source, times },
  }))
  const known = requirementsById()
  const situations = [...recorded.situations].map(([id, times]) => behaviourOf(known.get(id), id, times))
  const used = forms.filter(({ accepted }) => !accepted).map(({ behaviour }) => behaviour)
  return {
    tool: `atmqtt ${version}`,
    profile,
    behaviours: [...used, ...situations].sort(worstFirst),
    accepted: forms.filter(({ accepted }) => accepted).map(({ behaviour }) => behaviour),
    unknown: recorded.unknown,
    replies: recorded.replies,
    idleFaults,
  }
}

const rank = (grade: Evidence): number => evidenceOrder.indexOf(grade)

const worstFirst = (a: ReliedBehaviour, b: ReliedBehaviour): number =>
  rank(b.grade) - rank(a.grade) || a.id.localeCompare(b.id, 'en', { numeric: true })

/** What is known less well than `grade`: behaviours, what is only accepted, and what is not known at all. */
export function belowGrade({ behaviours, accepted, unknown }: RunEvidence, grade: Evidence): readonly string[] {
  return [
    ...behaviours.filter((each) => rank(each.grade) > rank(grade)).map(({ id, grade: its }) => `${id} (${its})`),
    ...accepted.map(({ id }) => `${id} (accepted)`),
    ...unknown.map((name) => `AT${name} (unknown)`),
  ]
}

function behaviourOf(requirement: Requirement | undefined, id: string, times: number): ReliedBehaviour {
  if (!requirement) throw new Error(`There is no requirement ${id}`)
  const { sentence, evidence, source } = requirement
  const [best] = [...evidence].sort((a, b) => rank(a) - rank(b))
  return { id, what: sentence, grade: best!, source, times }
}

function requirementsById(): ReadonlyMap<string, Requirement> {
  const names = readdirSync(requirementsFolder).filter((name) => name.endsWith('.md'))
  const pages = names.map((name) => ({ name, text: readFileSync(join(requirementsFolder, name), 'utf8') }))
  const all = pages.flatMap(({ name, text }) => parseRequirements(text, name))
  return new Map(all.map((requirement) => [requirement.id, requirement]))
}
