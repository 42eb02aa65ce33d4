import type { Command } from 'commander'
import { callControl } from '../control/public.ts'
import { parseHostPort } from './addresses.ts'
import { exitCodes, UsageError } from './exit.ts'

export function addCtl(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('ctl')
    .summary('drive and watch a running module')
    .description('Sends one operation to the control port of a running module and prints its reply.')
    .argument('<OP>', 'state, reset, urc TEXT, network down|up|silent, power on|off, sim insert|remove, events')
    .argument('[VALUE]', 'what the operation takes')
    .option('--control <host:port>', 'the control port (default: $ATMQTT_CONTROL)')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (op: string, value: string | undefined, { control }: { readonly control?: string }) => {
      const address = control ?? process.env.ATMQTT_CONTROL
      if (!address)
        throw new UsageError('ctl needs to know the control port: give --control HOST:PORT or set ATMQTT_CONTROL.')
      const reply = await callControl(parseHostPort('--control')(address), requestOf(op, value), { onEvent: print })
      print(reply)
      done(reply.ok ? exitCodes.ok : exitCodes.negative)
    })
}

const valueNames: Readonly<Record<string, string>> = { urc: 'text', network: 'state', power: 'state', sim: 'state' }

function requestOf(op: string, value: string | undefined): Record<string, unknown> {
  const name = valueNames[op]
  if (value === undefined) return { op }
  if (name === undefined) throw new UsageError(`ctl ${op} takes no value.`)
  return { op, [name]: value }
}

const print = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
