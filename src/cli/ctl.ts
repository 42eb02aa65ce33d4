import type { Command } from 'commander'
import { callControl } from '../control/control-client.ts'
import { parseHostPort } from '../launch/addresses.ts'
import { UsageError } from '../launch/usage-error.ts'
import { exitCodes } from './exit.ts'
import { outputEnded, printJson } from './output.ts'

export function addCtl(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('ctl')
    .summary('drive and watch a running module')
    .description('Sends one operation to the control port of a running module and prints its reply.')
    .argument('<OP>', 'state, reset, fresh, urc, network, power, sim, radio, fault, endFault, faults, events')
    .argument('[VALUE]', 'a text, a state or a fault')
    .argument('[JSON]', 'parameters of a fault: {"afterMs":1000}; for others more fields: {"announce":true}')
    .option('--control <host:port>', 'the control port (default: $ATMQTT_CONTROL)')
    .option('--control-token <token>', 'the token that the port wants (default: $ATMQTT_CONTROL_TOKEN)')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (op: string, value: string | undefined, params: string | undefined, options: CtlOptions) => {
      const { control: address = process.env.ATMQTT_CONTROL, controlToken = process.env.ATMQTT_CONTROL_TOKEN } = options
      if (!address)
        throw new UsageError('ctl needs to know the control port: give --control HOST:PORT or set ATMQTT_CONTROL.')
      const reply = await callControl(parseHostPort('--control')(address), requestOf(op, value, params), {
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

const valueNames: Readonly<Record<string, string>> = {
  urc: 'text',
  network: 'state',
  power: 'state',
  sim: 'state',
  fault: 'name',
  endFault: 'fault',
}

/** Operations that take more fields, as JSON: behind their value, or alone. */
const withFields: readonly string[] = ['network', 'power', 'sim', 'reset', 'radio']

function requestOf(op: string, value: string | undefined, json: string | undefined): Record<string, unknown> {
  if (op === 'fault' && json !== undefined) return { ...requestOf(op, value, undefined), params: parseJson(op, json) }
  if (json !== undefined) return { ...requestOf(op, value, undefined), ...fieldsOf(op, json) }
  if (value?.startsWith('{') && valueNames[op] === undefined) return { op, ...fieldsOf(op, value) }
  const name = valueNames[op]
  if (value === undefined) return { op }
  if (name === undefined) throw new UsageError(`ctl ${op} takes no value.`)
  return { op, [name]: op === 'endFault' && /^\d+$/.test(value) ? Number(value) : value }
}

function fieldsOf(op: string, text: string): object {
  if (!withFields.includes(op)) throw new UsageError(`ctl ${op} takes no parameters.`)
  const fields = parseJson(op, text)
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields) && !('op' in fields)) return fields
  throw new UsageError(`ctl ${op}: ${text} is no JSON object of its fields: give one such as '{"announce":true}'.`)
}

function parseJson(op: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const example = op === 'fault' ? '{"afterMs":1000}' : '{"announce":true}'
    throw new UsageError(`ctl ${op}: the parameters are no JSON: give an object such as '${example}'.`)
  }
}

function untilOutputEnds(): AbortSignal {
  const ending = new AbortController()
  void outputEnded.then(() => ending.abort())
  return ending.signal
}
