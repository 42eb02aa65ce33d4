import { type Command, Option } from 'commander'
import { parseBroker } from '../../launch/addresses.ts'
import { checkLine, withModuleOptions } from '../line-options.ts'
import type { LearnCliOptions } from './learn-run.ts'

export function addLearn(atmqtt: Command, done: (code: number) => void): void {
  const address = (flag: string, what: string) => new Option(`${flag} <host:port>`, what).argParser(parseBroker(flag))
  const command = atmqtt
    .command('learn')
    .summary('make a profile from a real module')
    .usage('--port PORT[:BAUD] | --tcp HOST:PORT [--broker HOST:PORT] [--to FILE.json]')
    .description(
      'Asks a module what profiles hold, and writes what differs from the nearest one.\nTakes some minutes. Starts and stops the MQTT service, sends itself messages on\natmqtt/learn, changes echo and some settings, and sets all that back, also after\nCtrl-C. Ends with exit 3 when a client of the MQTT service is in use.',
    )
    .helpOption('--help', 'print this help')
  withModuleOptions(command)
    .addOption(address('--broker', 'an MQTT broker that the module reaches'))
    .addOption(address('--broker-tls', 'its TLS port'))
    .option('--to <file>', 'the profile, for "atmqtt module --profile FILE.json"')
    .option('--report <file>', 'what was asked and answered: FILE.md or FILE.html')
    .option('--transcripts <folder>', 'a transcript a question, for "atmqtt conformance --suite"')
    .option('--may-reset', 'also restarts the module and switches its radio off')
    .option('--may-write-certificates', 'also puts certificates into its store')
    .exitOverride()
    .action(async (options: LearnCliOptions) => {
      checkLine('learn needs one module', options)
      const { checkLearn, runLearn } = await import('./learn-run.ts')
      checkLearn(options)
      done(await runLearn(options))
    })
}
