#!/usr/bin/env node
import { Command } from 'commander'
import { addCerts } from './certs.ts'
import { addCommands } from './commands.ts'
import { addCompare } from './compare.ts'
import { addCtl } from './ctl.ts'
import { explain, UsageError } from './exit.ts'
import { addFaults } from './faults.ts'
import { addModule } from './module.ts'
import { addPlay } from './play.ts'
import { addProfiles } from './profiles.ts'
import { addPub } from './pub.ts'
import { addRecord } from './record.ts'
import { addSub } from './sub.ts'
import { addTerm } from './term.ts'
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
  .configureOutput({ outputError: (text, write) => write(`atmqtt: ${text.replace(/^error: /, '')}`) })

const done = (code: number): void => {
  process.exitCode = code
}
addModule(atmqtt, program, done)
addPlay(atmqtt, done)
addRecord(atmqtt, program, done)
addCompare(atmqtt, done)
addTerm(atmqtt, done)
addPub(atmqtt, done)
addSub(atmqtt, done)
addCommands(atmqtt, done)
addProfiles(atmqtt, done)
addCtl(atmqtt, done)
addCerts(atmqtt, done)
addFaults(atmqtt, done)

try {
  if (separator >= 0 && program.length === 0)
    throw new UsageError('Nothing stands behind --: give the program to start, or leave -- out.')
  await atmqtt.parseAsync(own)
} catch (error) {
  done(explain(error))
}
// A listener that is still open must not keep an ended program alive; what was printed leaves first.
process.stdout.write('', () => process.exit())
