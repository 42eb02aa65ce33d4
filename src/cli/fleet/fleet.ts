import type { Command } from 'commander'
import { scenarioJsonSchema } from '../../fleet/scenario/json-schema.ts'
import { durationOf, moduleCount, type Scenario } from '../../fleet/scenario/scenario.ts'
import { takeSignals } from '../early-signals.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'
import { addRedisCommands } from './redis-commands.ts'
import { addRun } from './run-options.ts'
import { initScenario, loadScenario } from './scenario-file.ts'

/** `atmqtt fleet`: many modules against a broker. */
export function addFleet(atmqtt: Command, done: (code: number) => void): void {
  const fleet = atmqtt
    .command('fleet')
    .summary('thousands of modules against a broker')
    .description('Runs many modules against a broker as a scenario says, and reports what they saw.')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .exitOverride()
  const add = (usage: string, summary: string): Command =>
    fleet
      .command(usage)
      .summary(summary)
      .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
      .helpOption('--help', 'print this help')
      .exitOverride()

  addRun(add('run', 'runs a scenario, and reports'), done)
  addRedisCommands(add, done)
  add('shard', 'runs a part of a scenario, for the one that started it').action(async () => {
    // Those of a terminal reach it too: whoever started it decides.
    takeSignals(() => {})
    const { runShardProcess } = await import('../../fleet/engine/shard-main.ts')
    await runShardProcess()
    done(exitCodes.ok)
  })
  add('init', 'writes a scenario to begin with')
    .argument('[FILE]', 'where to', 'fleet.yaml')
    .action((file: string) => {
      initScenario(file)
      print(`wrote ${file}: change it, then run "atmqtt fleet run ${file}"\n`)
      done(exitCodes.ok)
    })
  add('check', 'checks a scenario, and tells each mistake with its line')
    .argument('FILE', 'a scenario in YAML')
    .action((file: string) => {
      print(`${file}: ${aboutText(loadScenario(file))}\n`)
      done(exitCodes.ok)
    })
  add('schema', 'prints the JSON schema of scenarios, for editors').action(() => {
    print(`${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`)
    done(exitCodes.ok)
  })
}

const aboutText = (scenario: Scenario): string =>
  `${scenario.name}: ${moduleCount(scenario)} modules, ${scenario.phases.length} phases, ${durationOf(scenario) / 1000} s`
