import { constants } from 'node:os'
import { SetupError } from '../io/setup-error.ts'
import type { ReadyEvent } from './module/ready.ts'

/** How long a program may take to end after a signal, before it is killed. */
const graceMs = 700

/** Starts CMD with the addresses in its environment, ends with it and gives its exit code. */
export function runProgram(
  program: readonly string[],
  ready: ReadyEvent,
  controlToken: string | undefined,
  stopped: Promise<NodeJS.Signals>,
  json: boolean,
): Promise<number> {
  const token = controlToken === undefined ? {} : { ATMQTT_CONTROL_TOKEN: controlToken }
  return runIn({ ...environmentOf(ready), ...token }, program, stopped, json)
}

/** Starts CMD with the given environment variables. */
export async function runIn(
  variables: Readonly<Record<string, string>>,
  [command = '', ...args]: readonly string[],
  stopped: Promise<NodeJS.Signals>,
  json: boolean,
): Promise<number> {
  const { spawn } = await import('node:child_process')
  const env = { ...process.env, ...variables }
  const child = spawn(command, args, { env, stdio: ['inherit', json ? 2 : 'inherit', 'inherit'] })
  stopped.then((signal) => {
    child.kill(signal)
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  })
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new SetupError('missing', `${command} can't be started (${error.message}): is it installed and executable?`),
      ),
    )
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

const environmentOf = ({ pty, tcp, broker, brokerTls, control, ca, state }: ReadyEvent): Record<string, string> => ({
  ...(pty !== null && { ATMQTT_PTY: pty }),
  ...(tcp !== null && { ATMQTT_TCP: tcp }),
  ...(broker !== null && { ATMQTT_BROKER: broker }),
  ...(brokerTls !== null && { ATMQTT_BROKER_TLS: brokerTls }),
  ...(control !== null && { ATMQTT_CONTROL: control }),
  ...(ca !== null && { ATMQTT_CA: ca }),
  ATMQTT_STATE: state,
})
