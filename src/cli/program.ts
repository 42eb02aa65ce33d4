import { SetupError } from '../io/setup-error.ts'
import { runCommandLine } from './command-line.ts'
import { printFailure } from './exit.ts'
import { outputFailure, watchOutput } from './output.ts'

/** The program of the bin: runs the command line and ends the process with its exit code. */
export async function runProcess(): Promise<void> {
  watchOutput()
  // A file that grows beyond `ulimit -f` is an error of the write then, not the end of the process.
  if (process.platform !== 'win32') process.on('SIGXFSZ', () => {})
  process.on('uncaughtException', (error) => process.exit(printFailure(error)))
  // A signal that came while all was loaded is heard here: between two turns of the loop Node looks for it.
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const code = await runCommandLine(process.argv.slice(2))
  // A listener that is still open must not keep an ended program alive; what was printed leaves first.
  process.stdout.write('', () => process.exit(codeAfterOutput(code)))
}

function codeAfterOutput(ended: number): number {
  const failure = outputFailure()
  return failure === undefined ? ended : printFailure(new SetupError('invalid', failure))
}
