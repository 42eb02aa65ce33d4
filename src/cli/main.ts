#!/usr/bin/env node
import { Command } from 'commander'
import { explain, UsageError } from './exit.ts'
import { loadProfileFiles } from './profile-choice.ts'
import { version } from './version.ts'

/** What stands behind `--` is a program to start, not ours to parse. */
const separator = process.argv.indexOf('--')
const own = separator < 0 ? process.argv : process.argv.slice(0, separator)
const program = separator < 0 ? [] : process.argv.slice(separator + 1)

const atmqtt = new Command('atmqtt')
  .description('A software SIM767x LTE module: MQTT over AT commands, against a real broker.')
  .version(version, '--version', 'print the version')
  .helpOption('--help', 'print this help')
  .helpCommand(false)
  .exitOverride()
  .hook('preAction', (_, command) => loadProfileFiles(command))
  .configureOutput({ outputError: (text, write) => write(`atmqtt: ${text.replace(/^error: /, '')}`) })

const done = (code: number): void => {
  process.exitCode = code
}
/** Only what is asked for is loaded: each start takes as long as what it needs. */
const subcommands: Readonly<Record<string, () => Promise<void>>> = {
  module: () => import('./module.ts').then(({ addModule }) => addModule(atmqtt, program, done)),
  play: () => import('./play.ts').then(({ addPlay }) => addPlay(atmqtt, done)),
  record: () => import('./record.ts').then(({ addRecord }) => addRecord(atmqtt, program, done)),
  compare: () => import('./compare.ts').then(({ addCompare }) => addCompare(atmqtt, done)),
  conformance: () => import('./conformance.ts').then(({ addConformance }) => addConformance(atmqtt, done)),
  commands: () => import('./commands.ts').then(({ addCommands }) => addCommands(atmqtt, done)),
  profiles: () => import('./profiles.ts').then(({ addProfiles }) => addProfiles(atmqtt, done)),
  ctl: () => import('./ctl.ts').then(({ addCtl }) => addCtl(atmqtt, done)),
  certs: () => import('./certs.ts').then(({ addCerts }) => addCerts(atmqtt, done)),
  faults: () => import('./faults.ts').then(({ addFaults }) => addFaults(atmqtt, done)),
}
const asked = Object.keys(subcommands).filter((name) => name === own[2])
for (const name of asked.length > 0 ? asked : Object.keys(subcommands)) await subcommands[name]!()

try {
  if (separator >= 0 && program.length === 0)
    throw new UsageError('Nothing stands behind --: give the program to start, or leave -- out.')
  await atmqtt.parseAsync(own)
} catch (error) {
  done(explain(error))
}
// A listener that is still open must not keep an ended program alive; what was printed leaves first.
process.stdout.write('', () => process.exit())
