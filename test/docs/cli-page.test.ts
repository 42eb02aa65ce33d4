import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addCerts } from '../../src/cli/certs/certs.ts'
import { addCompare } from '../../src/cli/compare/compare.ts'
import { addConformance } from '../../src/cli/conformance/conformance.ts'
import { addConsole } from '../../src/cli/console/console.ts'
import { addCtl } from '../../src/cli/ctl/ctl.ts'
import { addExplain } from '../../src/cli/explain/explain.ts'
import { addFleet } from '../../src/cli/fleet/fleet.ts'
import { addLearn } from '../../src/cli/learn/learn.ts'
import { addModule } from '../../src/cli/module/module.ts'
import { addPlay } from '../../src/cli/play/play.ts'
import { addPorts } from '../../src/cli/ports.ts'
import { addPub } from '../../src/cli/pub-sub/pub.ts'
import { addSub } from '../../src/cli/pub-sub/sub.ts'
import { addRecord } from '../../src/cli/record/record.ts'
import { addCommands } from '../../src/cli/reference/commands.ts'
import { addFaults } from '../../src/cli/reference/faults.ts'
import { addProfiles } from '../../src/cli/reference/profiles.ts'
import { addTerm } from '../../src/cli/term/term.ts'

const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8')
const atmqtt = new Command('atmqtt')
const done = () => {}
for (const add of [
  addCerts,
  addCommands,
  addCompare,
  addConformance,
  addConsole,
  addCtl,
  addExplain,
  addFaults,
  addFleet,
  addLearn,
  addPlay,
  addPorts,
  addProfiles,
  addPub,
  addSub,
  addTerm,
])
  add(atmqtt, done)
addModule(atmqtt, [], done)
addRecord(atmqtt, [], done)

/** What stands below the heading of a subcommand, its own subheadings with it. */
function section(name: string): string {
  const parts = page.split(/^## /m)
  return parts.find((part) => new RegExp(`^\`atmqtt ${name}\\b`).test(part)) ?? ''
}

const has = (text: string, flag: string): boolean => new RegExp(`(^|[^-\\w])${flag}(?![-\\w])`, 'm').test(text)

test.each(atmqtt.commands.map((command): [string, Command] => [command.name(), command]))(
  'the page has every option of %s, and the table of all has it',
  (name, command) => {
    expect(page).toMatch(new RegExp(`^\\| \`atmqtt ${name}\\b`, 'm'))
    const missing = [command, ...command.commands]
      .flatMap(({ options }) => options)
      .filter(({ long, short }) => ![long, short].some((flag) => flag && has(section(name), flag)))
      .map(({ flags }) => flags)
    expect(missing).toEqual([])
  },
)
