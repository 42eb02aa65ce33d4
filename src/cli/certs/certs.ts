import type { Command } from 'commander'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'
import { addCert, issueCert, listCerts, removeCert } from './certs-actions.ts'

interface CertsOptions {
  readonly state?: string
  readonly name?: string
}

/** `atmqtt certs`: works on the files that a module with the same state folder uses, also while it runs. */
export function addCerts(atmqtt: Command, done: (code: number) => void): void {
  const certs = atmqtt
    .command('certs')
    .summary("a module's certificates and keys")
    .description('Lists and changes the certificate store of a module, also while it runs.')
    .usage('list|add|remove|issue --state DIR')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .exitOverride()
  const add = (usage: string, description: string) => operation(certs, usage, description)
  const say = (text: string) => {
    print(text)
    done(exitCodes.ok)
  }
  add('list', 'Prints the names in the store.').action((options: CertsOptions) => say(listCerts(folder(options))))
  add('add <FILE>', 'Copies a .pem or .der file into the store.')
    .option('--name <name>', 'its name there (default: the name of FILE)')
    .action((file: string, options: CertsOptions) => say(addCert(folder(options), file, options.name)))
  add('remove <NAME>', 'Removes a file from the store.').action((name: string, options: CertsOptions) =>
    say(removeCert(folder(options), name)),
  )
  add('issue <NAME>', 'Makes a client certificate for the embedded broker.').action(
    async (name: string, options: CertsOptions) => say(await issueCert(folder(options), name)),
  )
}

function operation(certs: Command, usage: string, description: string): Command {
  return certs
    .command(usage)
    .description(description)
    .option('--state <dir>', 'the state folder of the module')
    .helpOption('--help', 'print this help')
    .exitOverride()
}

function folder({ state }: CertsOptions): string {
  if (state) return state
  throw new UsageError('certs needs to know the state folder: give --state DIR, the one the module runs with.')
}
