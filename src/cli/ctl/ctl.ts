import type { Command } from 'commander'
import { callControl } from '../../control/control-client.ts'
import { parseHostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { outputEnded, printJson } from '../output.ts'
import { operationsText } from './ctl-help.ts'
import { controlRequest } from './ctl-request.ts'

export function addCtl(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('ctl')
    .summary('drive and watch a running module')
    .description('Sends one operation to the control port of a running module and prints its reply.')
    .argument('<OP>', 'an operation, see below')
    .argument('[VALUE]', 'a text, a state or a fault')
    .argument('[JSON]', 'more fields: \'{"announce":true}\', \'{"signal":5}\', \'{"afterMs":1000,"forMs":5000}\'')
    .option('--control <host:port>', 'the control port (default: $ATMQTT_CONTROL)')
    .option('--control-token <token>', 'the token that the port wants (default: $ATMQTT_CONTROL_TOKEN)')
    .helpOption('--help', 'print this help')
    .addHelpText('after', () => `\nOperations:\n${operationsText()}`)
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
