import { version } from '../launch/package.ts'
import { outputFailure, print, printError, watchOutput } from './output.ts'

/** What a package manager or a script asks first: nothing else is loaded for it, commander and the table of exit codes neither. */
export function printVersion(): void {
  watchOutput()
  print(`${version}\n`)
  process.stdout.write('', () => {
    const failure = outputFailure()
    if (failure === undefined) return
    printError(`atmqtt: ${failure}\n`)
    process.exitCode = 3
  })
}
