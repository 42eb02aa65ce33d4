import * as v from 'valibot'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { flawsOf, type ScenarioFlaw } from './checks.ts'
import { readExpectation } from './expectations.ts'
import { actionOf, stormOf } from './normal-actions.ts'
import { brokerOf, groupOf } from './normal-groups.ts'
import { type Mistake, type Path, positionOf } from './positions.ts'
import { reportKeys } from './report-keys.ts'
import type { Expectation, Phase, Scenario } from './scenario.ts'
import { type ScenarioText, scenarioSchema } from './scenario-schema.ts'

export type ReadScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** Reads a scenario from YAML. */
export function readScenario(text: string): ReadScenario {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    return { ok: false, mistakes: [{ line, column: col, sentence: `this is no YAML: ${error.message}` }] }
  }
  const at = (path: Path, key = false) => positionOf(document, lines, path, key)
  const parsed = v.safeParse(scenarioSchema, plainOf(document))
  if (!parsed.success) return { ok: false, mistakes: inOrder(parsed.issues.map((issue) => mistakeOf(issue, at))) }
  const { scenario, flaws } = normal(parsed.output)
  if (flaws.length === 0) return { ok: true, scenario }
  return { ok: false, mistakes: inOrder(flaws.map(({ path, sentence }) => ({ ...at(path), sentence }))) }
}

const plainOf = (document: Document): unknown => document.toJS({ maxAliasCount: 100 })

type At = (path: Path, key?: boolean) => { readonly line: number; readonly column: number }

/** A key that does not belong there, or one that is missing, is told of where its object stands. */
function mistakeOf(issue: v.BaseIssue<unknown>, at: At): Mistake {
  const path = (issue.path ?? []).map(({ key }) => key as string | number)
  const isKey = issue.type === 'strict_object' && issue.expected === 'never'
  const isMissing = issue.received === 'undefined' && issue.path !== undefined
  const place = isMissing ? at(path.slice(0, -1)) : at(path, isKey)
  const name = path.filter((step) => typeof step === 'string').join('.')
  return { ...place, sentence: name === '' || isKey || isMissing ? issue.message : `${name}: ${issue.message}` }
}

const inOrder = (mistakes: readonly Mistake[]): readonly Mistake[] =>
  mistakes.toSorted((one, other) => one.line - other.line || one.column - other.column)

interface Normal {
  readonly scenario: Scenario
  readonly flaws: readonly ScenarioFlaw[]
}

function normal(given: ScenarioText): Normal {
  const broker = brokerOf(given.broker ?? 'embedded')
  const expected = (given.expect ?? []).map((each) => readExpectation(each, reportKeys))
  const scenario: Scenario = {
    name: given.name ?? 'fleet',
    seed: given.seed ?? 1,
    broker: broker ?? { kind: 'embedded' },
    timing: given.timing ?? 'instant',
    sources: given.sources ?? [],
    groups: given.groups.map(groupOf),
    phases: phasesOf(given.phases),
    expect: expected.filter((each): each is Expectation => typeof each !== 'string'),
  }
  const flaws: ScenarioFlaw[] = expected.flatMap((each, i) =>
    typeof each === 'string' ? [{ path: ['expect', i], sentence: each }] : [],
  )
  if (!broker) flaws.push({ path: ['broker'], sentence: brokerSentence })
  return { scenario, flaws: [...flaws, ...flawsOf(scenario)] }
}

export const brokerSentence = 'give embedded, mqtt://HOST[:PORT] or mqtts://HOST[:PORT]'

function phasesOf(given: ScenarioText['phases']): readonly Phase[] {
  let startMs = 0
  return given.map(({ name, duration, do: actions = [], storm = [] }) => {
    const phase = {
      ...{ name, startMs, durationMs: duration },
      actions: actions.map((action) => actionOf(action, duration)),
      storms: storm.map((each) => stormOf(each, name)),
    }
    startMs += duration
    return phase
  })
}
