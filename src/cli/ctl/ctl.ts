import { type Command, Option } from 'commander'
import { callControl } from '../../control/control-client.ts'
import type { LogReport } from '../../explain/report/report.ts'
import { textReport } from '../../explain/report/text-report.ts'
import { parseHostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { outputEnded, print, printJson } from '../output.ts'
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
    .addOption(new Option('--json').hideHelp())
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
      if (op === 'explain' && reply.ok && !options.json) printReports(reply as unknown as ExplainReply)
      else printJson(reply)
      done(reply.ok ? exitCodes.ok : exitCodes.negative)
    })
}

interface CtlOptions {
  readonly control?: string
  readonly controlToken?: string
  readonly json?: boolean
}

interface ExplainReply {
  readonly lines: readonly { readonly line: string; readonly report: LogReport }[]
}

function printReports({ lines }: ExplainReply): void {
  for (const { line, report } of lines) print(`On ${line}:\n\n${textReport(report, { colour: false, width: 80 })}\n`)
  if (lines.length === 0) print('No line has been used yet.\n')
}

function untilOutputEnds(): AbortSignal {
  const ending = new AbortController()
  void outputEnded.then(() => ending.abort())
  return ending.signal
}
