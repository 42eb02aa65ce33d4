import { existsSync, writeFileSync } from 'node:fs'
import type { Mistake } from '../../fleet/scenario/positions.ts'
import { readScenario } from '../../fleet/scenario/read-scenario.ts'
import type { Scenario } from '../../fleet/scenario/scenario.ts'
import { scenarioTemplate } from '../../fleet/scenario/template.ts'
import { readWholeText } from '../../io/read-file.ts'
import { errorText } from '../../io/setup-error.ts'
import { UsageError } from '../../launch/usage-error.ts'

/** The scenario of a file. A `UsageError` with a sentence and a place for each mistake. */
export const loadScenario = (file: string): Scenario => scenarioIn(file, textOf(file))

/** The same of a text; `file`: what it is called. */
export function scenarioIn(file: string, text: string): Scenario {
  const read = readScenario(text)
  if (read.ok) return read.scenario
  throw new UsageError(mistakesText(file, read.mistakes))
}

/** Writes a scenario to begin with. */
export function initScenario(file: string): void {
  if (existsSync(file)) throw new UsageError(`${file} is there already: give another name.`)
  try {
    writeFileSync(file, scenarioTemplate)
  } catch (error) {
    throw new UsageError(`${file} can't be written (${errorText(error)}): give another name.`)
  }
}

const mistakesText = (file: string, mistakes: readonly Mistake[]): string =>
  mistakes.map(({ line, column, sentence }) => `${file}:${line}:${column}: ${sentence}.`).join('\n')

function textOf(file: string): string {
  try {
    return readWholeText(file)
  } catch (error) {
    throw new UsageError(`${file} can't be read (${errorText(error)}): give a scenario in YAML.`)
  }
}
