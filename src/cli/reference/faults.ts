import type { Command as Cli } from 'commander'
import { catalogue, FaultError, findFault } from '../../faults/public.ts'
import { exitCodes, UsageError } from '../exit.ts'
import { faultList, faultPage } from './fault-pages.ts'

export function addFaults(atmqtt: Cli, done: (code: number) => void): void {
  atmqtt
    .command('faults')
    .summary('what can be made to go wrong')
    .description('Lists the faults, or shows one with its parameters.')
    .argument('[NAME]', 'a fault, such as socket-reset')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action((name: string | undefined) => {
      process.stdout.write(name === undefined ? faultList(catalogue) : faultPage(find(name)))
      done(exitCodes.ok)
    })
}

function find(name: string) {
  try {
    return findFault(name)
  } catch (error) {
    throw error instanceof FaultError ? new UsageError(error.message) : error
  }
}
