import { type Command, Option } from 'commander'
import { callControl } from '../../control/control-client.ts'
import { parseHostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { outputEnded, printJson } from '../output.ts'
import { operationsHelp } from './ctl-help.ts'
import { controlRequest } from './ctl-request.ts'

export function addCtl(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('ctl')
    .summary('drive and watch a running module')
    .description('Sends an operation to the control port of a module; prints the reply.')
    .argument('<OP>')
    .argument('[VALUE]')
    .argument('[JSON]')
    .option('--control <host:port>', 'default: $ATMQTT_CONTROL')
    .option('--control-token <token>', 'its token; default: $ATMQTT_CONTROL_TOKEN')
    // Not listed: the operations fill a screen.
    .addHelpOption(new Option('--help').hideHelp())
    .addHelpText('after', () => `\n${operationsHelp()}`)
    .exitOverride()
    .action(async (op: string, value: string | undefined, json: string | undefined, options: CtlOptions) => {
      const { control: address = process.env.ATMQTT_CONTROL, controlToken = process.env.ATMQTT_CONTROL_TOKEN } = options
      const request = controlRequest(op, value, json)
      if (!address)
        throw new UsageError('ctl needs to know the control port: give --control HOST:PORT or set ATMQTT_CONTROL.')
      const reply = await callControl(parseHostPort('--control')(address), request, {
        onEvent: printJson,
        signal: untilOutputEnds(),
        ...(controlToken && { token: controlToken }),
      })
      printJson(reply)
      done(reply.ok ? exitCodes.ok : exitCodes.negative)
    })
}

interface CtlOptions {
  readonly control?: string
  readonly controlToken?: string
}

function untilOutputEnds(): AbortSignal {
  const ending = new AbortController()
  void outputEnded.then(() => ending.abort())
  return ending.signal
}
